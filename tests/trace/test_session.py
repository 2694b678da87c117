"""A step finds its session as a new run of Alembic would: as env.py made it, without what an earlier step left."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay.scratch import Databases

from tests.rules.lab import Lab
from tests.trace.test_hostile import Bench, databases, production

__all__ = ["databases", "production"]

LEFT = {
    "a temporary table": ("to_regclass('pg_temp.ids') IS NULL", "CREATE TEMP TABLE ids AS SELECT 1 AS id"),
    "a temporary function": (
        "(SELECT count(*) FROM pg_proc WHERE proname = 'of_one_step') = 0",
        "CREATE FUNCTION pg_temp.of_one_step() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ),
    "a setting": ("current_setting('work_mem') = '4MB'", "SET work_mem = '9MB'"),
    "a setting of the application's": (
        "coalesce(current_setting('app.x', true), '') = ''",
        "SET app.x = 'a'",
    ),
    "a role": ("current_setting('role') = 'none'", "SET ROLE assay"),
    "a prepared statement": (
        "(SELECT count(*) FROM pg_prepared_statements WHERE name = 'mine') = 0",
        "PREPARE mine AS SELECT 1",
    ),
    "an advisory lock": (
        "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) = 0",
        "SELECT pg_advisory_lock(-7)",
    ),
    "a channel": ("NOT EXISTS (SELECT pg_listening_channels())", "LISTEN mine"),
    "a cursor": (
        "(SELECT count(*) FROM pg_cursors WHERE name = 'mine') = 0",
        "DECLARE mine CURSOR WITH HOLD FOR SELECT 1",
    ),
}


def step(condition: str, statement: str) -> str:
    check = f"DO $$ BEGIN IF NOT ({condition}) THEN RAISE 'of another step'; END IF; END $$"
    return f"op.execute({check!r})\nop.execute({statement!r})"


@pytest.mark.parametrize(("condition", "statement"), LEFT.values(), ids=LEFT)
def test_a_step_finds_nothing_of_the_one_before(lab: Lab, condition: str, statement: str) -> None:
    body = step(condition, statement)
    trip = lab.try_out(body, body, before=body, together=True).tracing.trips["tried"]
    assert trip.downgrade is not None
    assert trip.again is not None
    assert [one.error for one in (trip.upgrade, trip.downgrade, trip.again)] == [None] * 3
    assert not trip.left_behind
    assert not trip.differs_again


def test_nor_does_a_revision_that_is_replayed(lab: Lab) -> None:
    body = step(*LEFT["a temporary table"])
    assert lab.try_out(body, body, before=body).tracing.trips["tried"].upgrade.error is None


KEPT = """
with create_engine('{url}', poolclass=pool.NullPool).connect() as connection:
    for statement in (
        "SET work_mem = '7MB'", "SET app.tenant = 'a''b'", "SELECT pg_advisory_lock(-7)",
        "SELECT pg_advisory_lock_shared(8, -9)", 'LISTEN "of env.py"', "SET ROLE pg_monitor; SET ROLE assay",
    ):
        connection.execute(sa.text(statement))
    if connection.in_transaction():
        connection.get_transaction().commit()
    run(connection)
"""
THERE = """op.execute('''DO $$ BEGIN
        ASSERT current_setting('work_mem') = '7MB', 'work_mem';
        ASSERT current_setting('app.tenant') = 'a''b', 'tenant';
        ASSERT current_setting('role') = 'assay', 'role';
        ASSERT (SELECT string_agg(concat_ws(' ', classid, objid, objsubid, mode), ', ' ORDER BY objsubid)
                FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
               = '4294967295 4294967289 1 ExclusiveLock, 8 4294967287 2 ShareLock', 'locks';
        ASSERT (SELECT pg_listening_channels()) = 'of env.py', 'channel';
        RESET work_mem; RESET app.tenant; RESET ROLE; PERFORM pg_advisory_unlock_all();
    END $$''')
    op.execute('UNLISTEN *')"""


def test_what_env_py_made_of_it_stays(
    tmp_path: Path, databases: Databases, production: tuple[int, list[object]]
) -> None:
    trip = Bench(tmp_path, databases, production[0]).trace(KEPT, THERE).trips["r1"]
    assert trip.again is not None
    assert (trip.upgrade.error, trip.again.error) == (None, None)
