"""A trace whose beginning was made ahead says what one from the start says, whatever env.py does first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from assay.history import Selection, find_project, read_history
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server
from assay.trace import Ahead, Tracing, Wanted, trace
from msgspec.structs import replace

ENV = """
from alembic import context
import sqlalchemy as sa
ROW = "DO $$ BEGIN UPDATE t SET note = 'x'; EXCEPTION WHEN undefined_table THEN NULL; END $$"
with sa.create_engine("postgresql+psycopg2://").connect() as connection:
    {first}
    context.configure(connection=connection{options})
    with context.begin_transaction():
        context.run_migrations()
"""

REVISION = """
from alembic import op
import sqlalchemy as sa
revision, down_revision = {revision!r}, {down!r}

def upgrade():
    {up}

def downgrade():
    {back}
"""

STEPS = {
    "a": (
        "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True), sa.Column('note', sa.Text))",
        "op.drop_table('t')",
    ),
    "b": ("op.alter_column('t', 'note', nullable=False)", "op.alter_column('t', 'note', nullable=True)"),
    "c": ("op.drop_column('t', 'note')", "op.add_column('t', sa.Column('note', sa.Text))"),
}

FIRST = {
    "nothing": ("pass", ""),
    "a new table": ("connection.exec_driver_sql('CREATE TABLE IF NOT EXISTS own (n int)'); connection.commit()", ""),
    "a row": ("connection.exec_driver_sql(ROW); connection.commit()", ""),
    "another column": (
        "connection.exec_driver_sql('ALTER TABLE IF EXISTS t ADD IF NOT EXISTS more int'); connection.commit()", ""
    ),
    "another connection": (
        "sa.create_engine('postgresql+psycopg2://').connect().exec_driver_sql('SELECT 1')", ""
    ),
    "its own version table": ("pass", ", version_table='versions'"),
    "its own version schema": ("pass", ", version_table_schema='pg_temp'"),
}  # fmt: skip


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with local_server(find_binaries()) as server, Databases(server) as databases:
        yield databases


def wanted(folder: Path, first: str, options: str, selected: str) -> Wanted:
    versions = folder / "migrations/versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (folder / "migrations/env.py").write_text(ENV.format(first=first, options=options))
    for down, (revision, (up, back)) in zip((None, *STEPS), STEPS.items(), strict=False):
        text = REVISION.format(revision=revision, down=down, up=up, back=back)
        (versions / f"{revision}.py").write_text(text)
    project = find_project(folder, folder / "alembic.ini")
    known = list(read_history(project, Selection(all=True)).revisions.values())
    return Wanted(project, known, [each for each in known if each.id in selected])


def told(tracing: Tracing) -> list[Any]:
    """All that is told, without what differs each time."""
    found: list[Any] = [tracing.unseeded, tracing.unreached, tracing.env_problem, tracing.drift]
    for trip in tracing.trips.values():
        steps = [step for step in (trip.upgrade, trip.downgrade, trip.again) if step]
        found += [(t.statement, replace(t.effect, duration_ms=0.0)) for step in steps for t in step.traced]
        found += [trip.upgrade.before, trip.upgrade.error]
        found += [trip.left_behind, trip.differs_again, trip.lost, trip.imports]
    return found


@pytest.mark.parametrize("selected", ["b", "c", "bc"])
@pytest.mark.parametrize(("first", "options"), FIRST.values(), ids=FIRST)
def test_it_says_the_same(
    first: str, options: str, selected: str, tmp_path: Path, databases: Databases
) -> None:
    asked = wanted(tmp_path, first, options, selected)
    start = trace(asked, databases.server, databases, "x")
    assert start.trips.keys() or start.unreached
    with Ahead(asked, databases.server) as ahead:
        assert (ahead.traveller is None) == (start.unreached is not None)
        again = trace(asked, databases.server, ahead.databases, "x", ahead.traveller)
    assert told(again) == told(start)


def test_env_py_gets_the_session_that_was_opened_ahead(tmp_path: Path, databases: Databases) -> None:
    note = tmp_path / "pid"
    pid = "connection.connection.dbapi_connection.info.backend_pid"
    first = f"open({str(note)!r}, 'w').write(str({pid}))"
    asked = wanted(tmp_path, first, "", "b")
    trace(asked, databases.server, databases, "x")
    with Ahead(asked, databases.server) as ahead:
        assert ahead.traveller is not None
        with databases.server.connect() as session, session.cursor() as cursor:
            query = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
            cursor.execute(query, [ahead.traveller.database])
            opened = {str(row[0]) for row in cursor.fetchall()}
        trace(asked, databases.server, ahead.databases, "x", ahead.traveller)
    assert note.read_text() in opened
