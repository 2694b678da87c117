"""A history traced in parts says what one journey says, and no process or server of a part outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from assay.errors import EnvironmentFailedError, UsageError
from assay.history import Selection, find_project, read_history
from assay.render import unguarded
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server, scratch_cluster
from assay.trace import Tracing, Wanted, trace
from assay.trace.parts import _cuts, _Part, trace_in_parts
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.trace.test_ahead import REVISION, told

ENV = """
import os, sys
from alembic import context
import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.Text))
print("hello")
os.write(1, b"hello from below")
with sa.create_engine("postgresql+psycopg2://").connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"""

MODELS = """
import sqlalchemy as sa
Own = sa.Table("own", sa.MetaData())
"""

SLOW = "import time; time.sleep({})"

STEPS = [
    "CREATE TABLE t (id int PRIMARY KEY, note text) | DROP TABLE t",
    "CREATE ROLE parts_own NOLOGIN | DROP ROLE parts_own",
    "GRANT SELECT ON t TO parts_own | REVOKE SELECT ON t FROM parts_own",
    "CREATE TYPE mood AS ENUM ('sad', 'ok') | SELECT 1",
    "ALTER TABLE t ADD mood mood | ALTER TABLE t DROP mood",
    "CREATE TABLE w AS SELECT 900 AS id, 'x' AS note | DROP TABLE w",
    "GRANT SELECT ON t TO parts_of_production | REVOKE SELECT ON t FROM parts_of_production",
    "CREATE VIEW v AS SELECT id, mood FROM t | DROP VIEW v",
    "UPDATE w SET note = 'y' | from models_of_parts import Own;",
    "CREATE TABLE u (id bigint PRIMARY KEY, t int REFERENCES t) | DROP TABLE u",
    "ALTER TABLE t ALTER note SET NOT NULL | ALTER TABLE t ALTER note DROP NOT NULL",
    "CREATE INDEX ON u (t) | DROP INDEX u_t_idx",
]
PARTS = 3
WORTH = 4


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with local_server(find_binaries()) as server, Databases(server) as databases:
        yield databases


@dataclass
class Made:
    """A project of twelve revisions, and both ways to trace it."""

    folder: Path
    databases: Databases
    processes: list[subprocess.Popen[bytes]]
    """Of the parts, as they were started."""

    def write(self, changed: dict[int, str] | None = None, *, branches: bool = False) -> Wanted:
        versions = self.folder / "migrations/versions"
        versions.mkdir(parents=True)
        (self.folder / "alembic.ini").write_text(
            "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = %(here)s\n"
        )
        (self.folder / "models_of_parts.py").write_text(MODELS)
        (self.folder / "migrations/env.py").write_text(ENV)
        for number, step in enumerate(STEPS, start=1):
            up, back = (changed or {}).get(number, step).split(" | ")
            down = None if number == 1 else f"r{number - 1:02}"
            if branches and number == 10:
                down = "r01"
            calls = [each if each.endswith(";") else f"op.execute({each!r})" for each in (up, back)]
            text = REVISION.format(revision=f"r{number:02}", down=down, up=calls[0], back=calls[1])
            (versions / f"r{number:02}.py").write_text(text)
        project = find_project(self.folder, self.folder / "alembic.ini")
        history = read_history(project, Selection(all=True))
        known = list(history.revisions.values())
        return Wanted(project, known, known, heads=frozenset(history.heads))

    def whole(self, wanted: Wanted) -> Tracing:
        return trace(wanted, self.databases.server, self.databases, "x")

    def in_parts(self, wanted: Wanted) -> Tracing:
        return trace_in_parts(wanted, self.databases.server, self.databases, "x", worth=WORTH)


@pytest.fixture
def made(tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setattr(os, "cpu_count", lambda: PARTS)
    monkeypatch.delitem(sys.modules, "models_of_parts", raising=False)
    processes: list[subprocess.Popen[bytes]] = []

    class Remembered(_Part):
        def __enter__(self) -> Remembered:
            processes.append(self._process)
            return self

    monkeypatch.setattr("assay.trace.parts._Part", Remembered)
    return Made(tmp_path, databases, processes)


def children() -> set[int]:
    """The processes of parts that run at this moment."""
    return {
        each.pid for each in psutil.Process().children() if "assay.trace.part" in " ".join(each.cmdline())
    }


def runs(number: int) -> bool:
    with unguarded():  # a step is told within the run of env.py
        return scratch_cluster(find_binaries(), "embedded", number).status() is not None


FAILING = "ALTER TABLE missing ADD n int | SELECT 1"

HISTORIES = {
    "all run": {},
    "one of the first part fails": {3: FAILING},
    "one of the second part fails": {7: FAILING},
    "one of the last part fails": {11: FAILING},
    "the last of a part fails": {4: FAILING},
    "one fails on the way back": {6: "SELECT 1 | SELECT 1 / 0"},
    "one raises": {8: "raise RuntimeError('no'); | pass;"},
}


@pytest.mark.parametrize("changed", HISTORIES.values(), ids=HISTORIES)
def test_it_says_what_one_journey_says(changed: dict[int, str], made: Made) -> None:
    wanted = made.write(changed)
    whole, parts = made.whole(wanted), made.in_parts(wanted)
    assert list(parts.trips) == list(whole.trips)
    assert told(in_order(parts)) == told(in_order(whole))
    assert (parts.notes, parts.server) == (whole.notes, "x")
    assert parts.unreached_revision == whole.unreached_revision
    imported = {r for r, trip in parts.trips.items() if trip.imports}
    assert imported == {r for r, trip in parts.trips.items() if r == "r09" and trip.downgrade}
    assert not children()
    assert not runs(2)
    assert {process.returncode for process in made.processes} <= {0, -signal.SIGINT}


def test_the_models_are_compared_where_every_head_has_run(made: Made) -> None:
    wanted = made.write(branches=True)
    assert len(wanted.heads) == 2
    parts = made.in_parts(wanted)
    assert parts.drift
    assert in_order(parts).drift == in_order(made.whole(wanted)).drift


def test_each_revision_is_a_step(made: Made) -> None:
    steps: list[int] = []
    wanted = replace(made.write({7: "SELECT 1 | SELECT 2"}), step=lambda: steps.append(1))
    made.in_parts(wanted)
    assert len(steps) == len(STEPS)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda wanted: replace(wanted, together=True), id="of one pull request"),
        pytest.param(lambda wanted: replace(wanted, selected=wanted.selected[-7:]), id="few"),
    ],
)
def test_some_are_left_in_one(
    changed: Callable[[Wanted], Wanted], made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.trace.parts._Part", None)
    assert made.in_parts(changed(made.write())).trips


def test_a_killed_process_is_the_environments_failure(made: Made) -> None:
    killed: list[int] = []

    def step() -> None:
        for pid in children() - {*killed}:
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

    wanted = replace(made.write({1: f"{SLOW.format(1)}; {sql(1)}; | {sql(1, 1)};"}), step=step)
    with pytest.raises(EnvironmentFailedError, match="ended by SIGKILL"):
        made.in_parts(wanted)
    assert killed
    assert not children()
    wait_for(lambda: not runs(2))


def test_when_the_first_part_gives_up_the_others_stop_their_servers(made: Made) -> None:
    def step() -> None:
        wait_for(lambda: runs(2))
        raise UsageError("enough", "of it")

    wanted = replace(made.write({12: f"{SLOW.format(60)}; | pass;"}), step=step)
    started = time.monotonic()
    with pytest.raises(UsageError, match="enough"):
        made.in_parts(wanted)
    assert time.monotonic() - started < 50
    assert not children()
    assert not runs(2)


def in_order(tracing: Tracing) -> Tracing:
    """Alembic tells tables that are too many in the order of a set, which each process has its own of."""
    return tracing if tracing.drift is None else replace(tracing, drift=tuple(sorted(tracing.drift)))


def sql(number: int, side: int = 0) -> str:
    return f"op.execute({STEPS[number - 1].split(' | ')[side]!r})"


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@given(st.integers(2, 400), st.integers(2, 8), st.integers(0, 20))
def test_the_cuts_leave_nothing_out(revisions: int, parts: int, head_start: int) -> None:
    cuts = _cuts(revisions, parts, min(head_start, revisions // parts))
    assert (cuts[0], cuts[-1], len(cuts)) == (0, revisions, parts + 1)
    assert cuts == sorted(cuts)
