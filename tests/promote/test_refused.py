"""What is refused before anything runs, each with a sentence that says what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from assay.promote import Clock, Entry, Outcome, Plan, PlanLock, PlanQuestion, Policy, checksummed
from assay.promote.paper import verified_since
from msgspec.structs import replace as altered

from tests.promote.world import BASE, ONE_VERSION, QUICK, World, held, promote, revision, seal

pytestmark = ONE_VERSION

COLUMN = revision("column", ("ALTER TABLE customer ADD COLUMN note text",))
INDEX = revision("index", "CREATE INDEX CONCURRENTLY ix_name ON customer (name)", before=("column",))
AFTER_COLUMN = (
    BASE + "ALTER TABLE customer ADD COLUMN note text; UPDATE alembic_version SET version_num = 'column'"
)


@pytest.fixture(scope="module")
def plan(world: World) -> Plan:
    return world.plan(COLUMN)


def refused(world: World, name: str, plan: Plan, policy: Policy = QUICK, **more: Any) -> Outcome:
    """The outcome of a run that must leave no trace."""
    before = world.rows(name, "SELECT relname FROM pg_class ORDER BY 1")
    outcome = promote(world.target(name), plan, policy, **more)
    assert outcome.result == "refused", outcome
    assert outcome.exit_code == 1
    assert outcome.advice
    assert world.rows(name, "SELECT relname FROM pg_class ORDER BY 1") == before
    assert world.locks(name) == []
    return outcome


def test_another_environments_plan(world: World, plan: Plan) -> None:
    with world.database() as name:
        other = checksummed(altered(plan, environment="production"))
        assert refused(world, name, other).message == "The plan is for production, and this is staging."


def test_a_plan_that_is_too_old_or_of_the_future(world: World, plan: Plan) -> None:
    now = datetime.now(timezone.utc)
    clock = Clock(now=lambda: now)
    with world.database() as name:
        old = refused(world, name, plan, seal=seal(plan, now - timedelta(days=8)), clock=clock)
        assert old.message == "The plan is 192.0 h old; 168 h are allowed."
        early = refused(world, name, plan, seal=seal(plan, now + timedelta(hours=1)), clock=clock)
        assert early.message == "The plan was made in the future."


def test_a_drifted_target_with_the_difference(world: World, plan: Plan) -> None:
    with world.database(BASE + "ALTER TABLE customer ADD COLUMN website text; CREATE TABLE stray ()") as name:
        outcome = refused(world, name, plan)
        assert "somebody changed it outside the migrations" in outcome.message
        assert outcome.detail == ("table customer", "  + column website text", "+ table stray")


def test_a_target_that_moved(world: World, plan: Plan) -> None:
    with world.database(BASE + "UPDATE alembic_version SET version_num = 'elsewhere'") as name:
        assert (
            refused(world, name, plan).message == "The database is at elsewhere, and the plan begins at base."
        )
    moved = (
        BASE + "UPDATE alembic_version SET version_num = 'column'; ALTER TABLE customer ADD COLUMN note text"
    )
    with world.database(moved) as name:
        outcome = refused(world, name, plan)
        assert (
            outcome.message == "The database has moved to column, and not by this plan, which begins at base."
        )


def test_an_invalid_index(world: World, plan: Plan) -> None:
    broken = "CREATE INDEX ix ON customer (name); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix'::regclass"
    with world.database(BASE + broken) as name:
        outcome = refused(world, name, plan)
        assert outcome.message.startswith("The index ix is invalid, and no plan announced it")
        assert "DROP INDEX CONCURRENTLY ix" in outcome.advice


def test_a_long_transaction_on_a_table_in_question(world: World, plan: Plan) -> None:
    first = plan.revisions[0]
    locked = altered(first.segments[0], locks=(PlanLock(relation="customer", mode="AccessExclusiveLock"),))
    made = checksummed(altered(plan, revisions=(altered(first, segments=(locked,)),)))
    impatient = replace(QUICK, long_transaction=0.1, retries=0)
    with world.database() as name:
        with held(world, name) as neighbour:
            world.rows(name, "SELECT pg_sleep(0.2)")
            outcome = refused(world, name, made, impatient)
            assert re.fullmatch(
                f"Process {neighbour.info.backend_pid} \\(the neighbour, idle in transaction\\) has had a"
                r" transaction open for \d+ s that the plan would wait for\.",
                outcome.message,
            )
        with held(world, name, "LOCK TABLE alembic_version IN ACCESS SHARE MODE"):
            world.rows(name, "SELECT pg_sleep(0.2)")
            assert promote(world.target(name), made, impatient).result == "applied"


def test_a_long_snapshot_before_a_concurrent_index(world: World) -> None:
    made = world.plan(COLUMN, INDEX)
    with (
        world.database() as name,
        held(world, name, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1"),
    ):
        world.rows(name, "SELECT pg_sleep(0.2)")
        assert "(the neighbour," in refused(world, name, made, replace(QUICK, long_transaction=0.1)).message


def test_data_that_will_refuse_it(world: World, plan: Plan) -> None:
    question = PlanQuestion(title="customer.name holds NULL", sql="SELECT count(*) FROM customer", line=3)
    made = checksummed(altered(plan, revisions=(altered(plan.revisions[0], questions=(question,)),)))
    with world.database() as name:
        outcome = refused(world, name, made)
        assert "customer.name holds NULL (100; 0 was expected)" in outcome.message


def test_values_that_nobody_gave_up(world: World) -> None:
    back = world.plan(
        revision("base", ("ALTER TABLE customer DROP COLUMN visits",), before=("base",), after=()),
        direction="downgrade",
    )
    made = checksummed(altered(back, loses=("customer.visits", "note")))
    with world.database() as name:
        assert (
            refused(world, name, made, lose=["note"]).message
            == "The values of customer.visits would be lost."
        )
        assert promote(world.target(name), made, lose=["note", "customer.visits"]).result == "applied"
        assert world.rows(name, "SELECT * FROM alembic_version") == []


def test_a_commit_that_gives_another_plan(world: World, plan: Plan) -> None:
    with world.database() as name:
        other = checksummed(altered(plan, commit="b" * 40))
        assert "gives another plan" in refused(world, name, plan, rederive=lambda: other).message
        assert promote(world.target(name), plan, rederive=lambda: plan).result == "applied"


def test_production_before_staging(world: World, plan: Plan) -> None:
    policy = replace(QUICK, after="staging", hours=24)
    for_production = checksummed(altered(plan, environment="production"))
    with world.database() as staging, world.database() as name:
        from assay.promote import read_ledger

        def outcome(**more: Any) -> Outcome:
            return promote(world.target(name, "production"), for_production, policy, **more)

        assert "its ledger cannot be read" in outcome().message
        assert (
            "has not had revision column"
            in outcome(earlier=lambda: [read_ledger(world.target(staging))]).message
        )
        promote(world.target(staging), plan)
        entries = read_ledger(world.target(staging))
        early = outcome(earlier=lambda: [entries])
        assert early.result == "refused"
        assert "24 h are asked for" in early.message
        old = [altered(e, finished=e.finished - timedelta(hours=25)) for e in entries]
        edited = [altered(e, sql_checksum="0" * 64) for e in old]
        assert "with the same SQL" in outcome(earlier=lambda: [edited]).message
        assert outcome(earlier=lambda: [old]).result == "applied"


def test_what_was_taken_back_there_does_not_count(world: World, plan: Plan) -> None:
    with world.database() as name:
        from assay.promote import read_ledger

        promote(world.target(name), plan)
        entries: list[Entry] = read_ledger(world.target(name))
    assert verified_since(plan.revisions[0], entries) is not None
    back = [altered(entry, direction="downgrade") for entry in entries]
    assert verified_since(plan.revisions[0], [*entries, *back]) is None
    assert verified_since(plan.revisions[0], entries[:1]) is None


def test_a_user_whom_the_search_path_leads_to_the_ledger(world: World, plan: Plan) -> None:
    from assay.promote import Target

    with world.database() as name:
        outcome = promote(Target("staging", lambda: world.server.url(name)), plan)
        assert outcome.result == "refused"
        assert "The search path leads to the ledger's schema" in outcome.message
        assert world.rows(name, "SELECT to_regclass('assay.ledger')") == [(None,)]


def test_another_plan_while_one_is_half_done(world: World) -> None:
    begun = world.plan(INDEX, base=AFTER_COLUMN)
    other = world.plan(revision("index", ("SELECT 1",), before=("column",)), base=AFTER_COLUMN)
    with world.database(AFTER_COLUMN) as name:
        with held(world, name, "UPDATE customer SET visits = 1"):
            half = promote(world.target(name), begun, replace(QUICK, statement_timeout=0.5))
            assert half.half_done is not None
        outcome = promote(world.target(name), other)
        assert outcome.result == "refused"
        assert f"Revision index is half done, by plan {begun.short}" in outcome.message
        taken = promote(world.target(name), other, restart=True)
        assert taken.result == "refused"
        assert taken.detail == ("table customer", "  + index ix_name btree (name) invalid not ready")
        world.rows(name, "DROP INDEX ix_name")
        assert promote(world.target(name), other, restart=True).result == "applied"
