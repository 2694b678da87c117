"""A plan's files: the same every time, readable, and refused when one byte of them is another."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import msgspec
import pytest
from assay.errors import UsageError
from assay.promote import Plan, Unfinished, as_sql, canonical, checksummed, load_plan, read_plan, write_plan
from assay.promote.validate import complaint
from msgspec.structs import replace

from tests.promote.chaos.machine import Machine
from tests.promote.world import BASE, World, revision, seal

DRAFTS = (
    revision("column", ("ALTER TABLE customer ADD COLUMN note text -- why", "SET search_path = public")),
    revision(
        "index",
        "CREATE INDEX CONCURRENTLY ix_name ON customer (name)",
        "UPDATE customer SET visits = 1",
        "CALL work()",
        before=("column",),
    ),
)
PROCEDURE = (
    "CREATE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN UPDATE customer SET visits = 2; COMMIT; END $$;"
)


@pytest.fixture(scope="module")
def plan(world: World) -> Plan:
    return world.plan(*DRAFTS, base=BASE + PROCEDURE, commit="a" * 40)


def test_the_same_rehearsed_twice_has_the_same_bytes(world: World, plan: Plan) -> None:
    again = world.plan(*DRAFTS, base=BASE + PROCEDURE, commit="a" * 40)
    assert canonical(again) == canonical(plan)


def test_the_rehearsal_finds_out_what_runs_outside(plan: Plan) -> None:
    column, index = plan.revisions
    assert [(len(s.statements), s.outside, s.repeatable, s.patient) for s in column.segments] == [
        (2, False, True, False)
    ]
    assert [(len(s.statements), s.outside, s.repeatable, s.patient) for s in index.segments] == [
        (1, True, True, True),
        (1, False, True, False),
        (1, True, False, False),
        (0, False, True, False),
    ]
    assert [s.settings for s in (*column.segments, *index.segments)] == [{}] * 5


def test_settings_are_kept_from_one_segment_to_the_next(world: World) -> None:
    made = world.plan(
        revision(
            "a",
            ("SET work_mem = '8MB'", "SET ROLE pg_monitor", "RESET ROLE"),
            "VACUUM customer",
            ("SELECT 1",),
        ),
        revision("b", ("SELECT 1",), before=("a",)),
    )
    assert [s.settings for r in made.revisions for s in r.segments] == [
        {},
        {"work_mem": "8192"},
        {"work_mem": "8192"},
        {},
    ]


def test_a_statement_that_ends_its_transaction_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="ends the transaction"):
        world.plan(revision("a", ("CREATE TABLE t ()", "COMMIT; BEGIN")))


def test_it_is_written_and_read(plan: Plan, tmp_path: Path) -> None:
    made = seal(plan)
    write_plan(tmp_path, plan, made)
    assert read_plan(tmp_path) == (plan, made)


def test_the_script_runs_in_psql_and_does_the_same(world: World, plan: Plan, tmp_path: Path) -> None:
    from assay.catalog import read_catalog
    from assay.scratch import LocalServer

    assert isinstance(world.server, LocalServer)
    (tmp_path / "plan.sql").write_text(as_sql(plan), "utf-8")
    with world.database(BASE + PROCEDURE) as name:
        psql = next(
            p
            for p in (world.server.binaries.folder / "psql", Path("/usr/lib/postgresql/15/bin/psql"))
            if p.exists()
        )
        command: list[str | Path] = [
            psql,
            "-X",
            "-q",
            "-d",
            world.server.conninfo(name),
            "-f",
            tmp_path / "plan.sql",
        ]
        subprocess.run(command, check=True)
        with world.server.connect(name) as session:
            assert read_catalog(session).fingerprint == plan.revisions[-1].fingerprint_after
        assert world.rows(name, "SELECT version_num FROM alembic_version") == [("index",)]


def test_a_plan_with_any_byte_changed_is_refused(durable: Machine, tmp_path: Path) -> None:
    small = World(durable.server).plan(DRAFTS[0])
    for changed in with_a_byte_changed(canonical(small)):
        with pytest.raises(UsageError):
            load_plan(changed)
    write_plan(tmp_path, small, seal(small))
    for file in (tmp_path / "plan.sql", tmp_path / "seal.json"):
        whole = file.read_bytes()
        for changed in with_a_byte_changed(whole):
            file.write_bytes(changed)
            with pytest.raises(UsageError):
                read_plan(tmp_path)
        file.write_bytes(whole)
    read_plan(tmp_path)


def with_a_byte_changed(whole: bytes) -> Iterator[bytes]:
    """Each byte of it once, by chance that is always the same."""
    random = Random(0)
    for place, byte in enumerate(whole):
        yield whole[:place] + bytes([byte ^ random.randrange(1, 256)]) + whole[place + 1 :]


def test_a_plan_cut_off_anywhere_or_grown_is_refused(plan: Plan) -> None:
    whole = canonical(plan)
    for end in range(0, len(whole), 97):
        with pytest.raises(UsageError):
            load_plan(whole[:end])
    with pytest.raises(UsageError):
        load_plan(whole + b" ")


def test_the_other_files_must_belong_to_it(plan: Plan, tmp_path: Path) -> None:
    write_plan(tmp_path, plan, replace(seal(plan), checksum="0" * 64))
    with pytest.raises(UsageError, match="belongs to another plan"):
        read_plan(tmp_path)
    write_plan(tmp_path, plan, replace(seal(plan), created=datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(UsageError, match="offset"):
        read_plan(tmp_path)
    write_plan(tmp_path, plan, seal(plan))
    script = (tmp_path / "plan.sql").read_text("utf-8")
    (tmp_path / "plan.sql").write_text(script.replace("visits = 1", "visits = 2"), "utf-8")
    with pytest.raises(UsageError, match=r"plan\.sql is not the SQL of plan\.json"):
        read_plan(tmp_path)
    (tmp_path / "plan.sql").unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        read_plan(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 100_000,
        "null",
        '{"version": 2}',
        '{"version": "1"}',
        '{"version": 1}',
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        load_plan(text.encode("utf-8"))


def test_a_later_format_says_so() -> None:
    with pytest.raises(UsageError, match="of version 2; this Assay runs plans of version 1"):
        load_plan(b'{"version": 2, "what": "ever"}')


def test_a_plan_that_contradicts_itself_is_refused_though_its_checksum_is_right(plan: Plan) -> None:
    column, index = plan.revisions
    outside, *rest = index.segments
    wrong = {
        "does not begin where": replace(plan, revisions=(column, replace(index, versions_before=("other",)))),
        "versions are not sorted": replace(
            plan, revisions=(column, replace(index, versions_after=("b", "a")))
        ),
        "same versions stand": replace(plan, revisions=(column, replace(index, versions_after=("base",)))),
        "does not end with a transaction": replace(
            plan, revisions=(column, replace(index, segments=(outside,)))
        ),
        "statements in one place outside": replace(
            plan, revisions=(column, replace(index, segments=(replace(outside, statements=()), *rest)))
        ),
        "does not have its checksum": replace(
            plan, revisions=(replace(column, sql_checksum="0" * 64), index)
        ),
        "before revision column": replace(plan, catalog=plan.catalog[1:]),
        "left invalid": replace(plan, unfinished=(Unfinished(kind="index", name="ix"),)),
    }
    for complaint_, made in wrong.items():
        with pytest.raises(UsageError, match=f"contradicts itself: .*{complaint_}"):
            load_plan(canonical(checksummed(made)))
    strange = (
        replace(plan.catalog[0], kind="spell") if hasattr(plan.catalog[0], "__struct_config__") else None
    )
    assert strange is not None
    assert complaint(replace(plan, catalog=(strange,))) == "`spell` is no kind of object"


def test_its_schema_can_be_told() -> None:
    assert json.dumps(msgspec.json.schema(Plan))


def test_applying_imports_neither_alembic_nor_what_it_stands_on() -> None:
    code = (
        "import assay.promote, assay.cli.apply, assay.cli.status, assay.cli.ledger, assay.cli.resume,"
        " assay.cli.rollback, assay.cli.environments, assay.cli._fleet, sys;"
        "print([m for m in sys.modules if m.split('.')[0] in ('alembic', 'sqlalchemy', 'sqlfluff', 'mako')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout == "[]\n"
