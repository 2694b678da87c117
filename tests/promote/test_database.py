"""What a promotion leaves in the database: versions as Alembic keeps them, and a ledger that only grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from assay.promote import VersionTable, read_ledger, read_state

from tests.promote.world import BASE, QUICK, Crash, World, clock, crash_at, held, let_go, promote, revision

COLUMN = revision("column", ("ALTER TABLE customer ADD COLUMN note text",))
CUSTOMER = "CREATE TABLE customer (id int PRIMARY KEY);"


@pytest.mark.parametrize(
    "change", ["UPDATE assay.ledger SET actor = ''", "DELETE FROM assay.ledger", "TRUNCATE assay.ledger"]
)
def test_rows_of_the_ledger_are_only_added(world: World, change: str) -> None:
    with world.database() as name:
        promote(world.target(name), world.plan(COLUMN))
        for session in ("", "SET session_replication_role = replica;"):
            with pytest.raises(psycopg2.Error, match="append-only"):
                world.rows(name, session + change)
        assert len(read_ledger(world.target(name))) == 2


def test_a_row_says_who_and_what_and_when(world: World) -> None:
    plan = world.plan(COLUMN, commit="c" * 40)
    with world.database() as name:
        promote(world.target(name), plan)
        applied, verified = read_ledger(world.target(name))
        assert (applied.event, verified.event) == ("applied", "verified")
        assert (applied.plan, applied.environment, applied.revision) == (plan.checksum, "staging", "column")
        assert (applied.actor, applied.run_url, applied.commit) == ("tester", "https://run", "c" * 40)
        assert applied.sql_checksum == plan.revisions[0].sql_checksum
        assert applied.fingerprint == verified.fingerprint == plan.revisions[0].fingerprint_after
        assert applied.started <= applied.finished <= verified.finished
        state = read_state(world.target(name), VersionTable())
        assert (state.at, state.verified, state.half_done, state.under_way) == (("column",), True, None, None)


def test_the_version_table_is_made_as_alembic_makes_it(world: World) -> None:
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    first = revision("first", ("CREATE TABLE company (id int)",), before=())
    plan = world.plan(first, base=CUSTOMER)
    with world.database(CUSTOMER) as ours, world.database(CUSTOMER + "SELECT 1") as theirs:
        assert promote(world.target(ours), plan).result == "applied"
        engine = create_engine(world.url(theirs))
        with engine.begin() as connection:
            MigrationContext.configure(connection)._ensure_version_table()
        engine.dispose()
        described = (
            "SELECT attname, format_type(atttypid, atttypmod), attnotnull, (SELECT array_agg(conname::text ORDER BY 1)"
            " FROM pg_constraint WHERE conrelid = attrelid) FROM pg_attribute"
            " WHERE attrelid = 'alembic_version'::regclass AND attnum > 0"
        )
        assert world.rows(ours, described) == world.rows(theirs, described)


def test_a_version_table_of_another_name_in_another_schema(world: World) -> None:
    table = VersionTable(name="Versions", schema="meta")
    base = CUSTOMER + "CREATE SCHEMA meta;"
    plan = world.plan(
        revision("one", ("SET search_path = meta", "SELECT 1"), before=()),
        revision("two", ("SELECT 2",), before=("one",)),
        base=base,
        version_table=table,
    )
    with world.database(base) as name:
        outcome = promote(world.target(name), plan)
        assert (outcome.result, outcome.at) == ("applied", ("two",))
        assert world.rows(name, 'SELECT version_num FROM meta."Versions"') == [("two",)]
        assert world.rows(name, "SELECT to_regclass('public.alembic_version')") == [(None,)]


def test_branches_and_merges_keep_their_rows(world: World) -> None:
    plan = world.plan(
        revision("left", ("SELECT 1",), after=("left",)),
        revision("right", ("SELECT 1",), before=("left",), after=("right", "left")),
        revision("merge", ("SELECT 1",), before=("left", "right"), after=("merge",)),
    )
    with world.database() as name:
        seen: list[object] = []
        rows = "SELECT version_num FROM alembic_version ORDER BY 1"
        outcome = promote(
            world.target(name),
            plan,
            point=lambda at: seen.append(world.rows(name, rows)) if at == "committed" else None,
        )
        assert outcome.result == "applied"
        assert seen == [[("left",)], [("left",), ("right",)], [("merge",)]]


def test_a_role_and_settings_that_a_revision_takes_end_with_it(world: World) -> None:
    draft = revision(
        "role",
        ("SET ROLE pg_read_all_data", "RESET ROLE", "SET work_mem = '8MB'"),
        "VACUUM customer",
        ("CREATE TABLE seen AS SELECT current_setting('work_mem') AS work_mem", "SET ROLE pg_monitor"),
    )
    after = revision("after", ("INSERT INTO seen SELECT current_setting('work_mem')",), before=("role",))
    plan = world.plan(draft, after)
    with world.database() as name:
        places: list[str] = []
        with pytest.raises(Crash):
            promote(world.target(name), plan, point=crash_at(17, places))
        assert promote(world.target(name), plan).result == "applied", places
        assert world.rows(name, "SELECT work_mem FROM seen") == [("8MB",), ("4MB",)]


def test_where_the_target_would_keep_things_does_not_change_the_plans_schema(world: World) -> None:
    plan = world.plan(
        revision(
            "orders",
            ("CREATE TABLE orders (id int PRIMARY KEY)",),
            "CREATE INDEX CONCURRENTLY ix_name ON customer (name)",
        )
    )
    with world.server.connect() as session, session.cursor() as cursor:
        cursor.execute("SET allow_in_place_tablespaces = on")
        cursor.execute("CREATE TABLESPACE elsewhere LOCATION ''")
    with world.database() as name:
        world.rows(name, f"ALTER DATABASE {name} SET default_tablespace = elsewhere")
        assert promote(world.target(name), plan).result == "applied"
    world.rows("postgres", "DROP TABLESPACE elsewhere")


def test_a_revision_cannot_wait_longer_for_a_lock_than_the_policy_lets_it(world: World) -> None:
    plan = world.plan(
        revision("patient", ("SET LOCAL lock_timeout = 0", "ALTER TABLE customer ADD COLUMN note text"))
    )
    with world.database() as name, held(world, name):
        started = time.monotonic()
        outcome = promote(world.target(name), plan, replace(QUICK, retries=0))
        assert outcome.result == "failed"
        assert "lock timeout" in outcome.message
        assert time.monotonic() - started < 5


def test_who_waits_behind_a_promotion_waits_for_one_lock_timeout_and_goes_on_before_the_next_try(
    world: World,
) -> None:
    """`make bench-load` tells the seconds."""
    plan = world.plan(
        revision(
            "column",
            (
                "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS lock_timeout",
                "ALTER TABLE customer ADD COLUMN note text",
            ),
        )
    )
    ours = (
        "SELECT l.mode FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)"
        " WHERE l.relation = 'customer'::regclass AND a.application_name LIKE 'assay apply %'"
    )
    passed: list[float] = []
    with world.database() as name, held(world, name) as neighbour:

        def look(seconds: float) -> None:
            world.rows(name, "BEGIN; LOCK TABLE customer IN ROW EXCLUSIVE MODE NOWAIT; COMMIT")
            assert world.rows(name, ours) == []
            passed.append(seconds)
            if len(passed) == 3:
                let_go(neighbour)

        outcome = promote(world.target(name), plan, clock=clock(look))
        assert outcome.result == "applied", outcome
        assert world.rows(name, "SELECT * FROM seen") == [("300ms",)]
    assert sum(passed) == pytest.approx(0.25 + 0.5)


PROCEDURE = """
CREATE TABLE written (what text);
CREATE PROCEDURE work() LANGUAGE plpgsql AS $$
BEGIN INSERT INTO written VALUES ('a'); COMMIT; INSERT INTO written VALUES ('b'); END $$;
"""


@pytest.mark.parametrize(("unsure", "rows"), [("repeat", 4), ("skip", 2)])
def test_a_procedure_of_which_nobody_knows_is_not_run_twice_untold(
    world: World, unsure: str, rows: int
) -> None:
    base = BASE + PROCEDURE
    plan = world.plan(revision("call", "CALL work()"), base=base)
    with world.database(base) as name:
        with pytest.raises(Crash):
            promote(world.target(name), plan, point=_crash_when("outside ran"))
        outcome = promote(world.target(name), plan)
        assert outcome.result == "refused"
        assert "Nobody knows whether the statement ran to its end" in outcome.message
        assert "--repeat" in outcome.advice
        assert outcome.half_done is not None
        assert promote(world.target(name), plan, unsure=unsure).result == "applied"
        assert world.rows(name, "SELECT count(*) FROM written") == [(rows,)]


PARTITIONED = BASE + (
    "CREATE TABLE event (year int) PARTITION BY RANGE (year);"
    "CREATE TABLE event_2020 PARTITION OF event FOR VALUES FROM (2020) TO (2021);"
    "INSERT INTO event VALUES (2020);"
)


def test_a_partition_that_is_detached_halfway_is_detached(world: World) -> None:
    plan = world.plan(
        revision("detach", "ALTER TABLE event DETACH PARTITION event_2020 CONCURRENTLY"), base=PARTITIONED
    )
    with world.database(PARTITIONED) as name:
        with held(world, name, "SELECT * FROM event"):
            outcome = promote(world.target(name), plan, replace(QUICK, retries=0))
            assert outcome.result == "failed", outcome
        pending = "SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = 'event_2020'::regclass"
        assert world.rows(name, pending) == [(True,)]
        assert promote(world.target(name), plan).result == "applied"
        assert world.rows(name, pending) == []


@pytest.mark.parametrize(
    ("sql", "after"),
    [
        ("REINDEX INDEX CONCURRENTLY customer_pkey", [True]),
        ("REINDEX TABLE CONCURRENTLY customer", [True]),
    ],
)
def test_what_an_interrupted_reindex_leaves_goes(world: World, sql: str, after: list[bool]) -> None:
    plan = world.plan(revision("reindex", sql))
    indexes = "SELECT indisvalid FROM pg_index WHERE indrelid = 'customer'::regclass"
    with world.database() as name:
        with held(world, name, "UPDATE customer SET visits = 1"):
            outcome = promote(world.target(name), plan, replace(QUICK, statement_timeout=1))
            assert outcome.result == "failed", outcome
        assert len(world.rows(name, indexes)) == 2
        assert promote(world.target(name), plan).result == "applied"
        assert [row[0] for row in world.rows(name, indexes)] == after


def test_an_index_that_was_half_dropped_goes(world: World) -> None:
    base = BASE + "CREATE INDEX ix_name ON customer (name);"
    plan = world.plan(revision("drop", "DROP INDEX CONCURRENTLY ix_name"), base=base)
    with world.database(base) as name:
        with held(world, name, "UPDATE customer SET visits = 1"):
            outcome = promote(world.target(name), plan, replace(QUICK, statement_timeout=1))
            assert outcome.result == "failed", outcome
        assert world.end(name)["invalid"] == [("ix_name",)]
        assert promote(world.target(name), plan).result == "applied"
        assert world.rows(name, "SELECT to_regclass('ix_name')") == [(None,)]


def test_up_and_down_and_up_again(world: World) -> None:
    up = world.plan(COLUMN)
    back = revision("column", ("ALTER TABLE customer DROP COLUMN note",), before=("column",), after=("base",))
    down = world.plan(back, base=BASE + "ALTER TABLE customer ADD COLUMN note text", direction="downgrade")
    with world.database() as name:
        for plan, at in ((up, "column"), (down, "base"), (up, "column"), (down, "base")):
            outcome = promote(world.target(name), plan)
            assert (outcome.result, outcome.at) == ("applied", (at,))
        assert [e.direction for e in read_ledger(world.target(name)) if e.event == "applied"] == [
            "upgrade", "downgrade", "upgrade", "downgrade"
        ]  # fmt: skip


def test_plain_alembic_before_and_after(world: World, tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    with world.database() as name:
        (tmp_path / "versions").mkdir()
        (tmp_path / "env.py").write_text(ENV, "utf-8")
        for one, down, sql in (
            ("zero", None, "SELECT 1"),
            ("column", "zero", "ALTER TABLE customer ADD COLUMN note text"),
            ("last", "column", "CREATE TABLE last ()"),
        ):
            (tmp_path / f"versions/{one}.py").write_text(FILE.format(one, down, sql), "utf-8")
        world.rows(name, "UPDATE alembic_version SET version_num = 'zero'")
        plan = world.plan(replace(COLUMN, versions_before=("zero",)))
        assert promote(world.target(name), plan).result == "applied"
        config = Config()
        config.set_main_option("script_location", str(tmp_path))
        config.attributes["url"] = world.url(name)
        command.upgrade(config, "head")
        assert world.rows(name, "SELECT version_num FROM alembic_version") == [("last",)]
        assert promote(world.target(name), plan).result == "refused"


FILE = """
from alembic import op
revision, down_revision = {!r}, {!r}

def upgrade():
    op.execute({!r})
"""

ENV = """
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""


def _crash_when(place: str) -> Callable[[str], None]:
    def point(name: str) -> None:
        if name == place:
            raise Crash(name)

    return point
