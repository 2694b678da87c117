"""The two advisory locks of a promotion, by which everybody knows that there is one.

The run's lock is held on a session of its own, in autocommit: held in a transaction it would make a
concurrent index wait for ever. The worker's lock is held on the session that runs the SQL, and goes with it:
while a statement of a killed run still runs, or its COMMIT is under way, nobody else begins. Both are polled
for, as a session that waits in `pg_advisory_lock` deadlocks with a concurrent index (facts/postgres.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assay.errors import EnvironmentFailedError
from assay.promote.clock import Clock

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

KEY = 0x_A55A_2
"""The first half of both keys; `assay.scratch` uses 0xA55A1."""

RUN: Literal[1] = 1
WORK: Literal[2] = 2
"""The second half."""

POLL = 0.2
"""Seconds."""

_HOLDERS = """
SELECT l.pid, a.backend_start, a.application_name, a.backend_start::timestamptz(0)::text
FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objid = %s AND l.objsubid = 2
AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
"""


@dataclass(frozen=True)
class AdvisoryLock:
    """A lock that a session held when this was made."""

    part: Literal[1, 2]
    pid: int
    backend_start: object
    """With the pid it names one session for good."""

    def is_held(self, session: cursor) -> bool:
        """Whether that session still holds it, as another session of the same server sees it."""
        session.execute("SELECT pg_catalog.pg_stat_clear_snapshot()")
        session.execute(_HOLDERS, [KEY, self.part])
        return (self.pid, self.backend_start) in [(row[0], row[1]) for row in session.fetchall()]


def acquire(
    session: connection,
    part: Literal[1, 2],
    deadline: float,
    clock: Clock,
    waiting: Callable[[str], None] = lambda _: None,
) -> AdvisoryLock:
    """Take the lock on `session`, trying for `deadline` seconds; `waiting` is told who has it.

    Raises EnvironmentFailedError, which names the holder.
    """
    until = clock.monotonic() + deadline
    with session.cursor() as asked:
        while not _try(asked, part):
            holder = _holder(asked, part)
            if holder is not None:
                waiting(holder)
                if clock.monotonic() >= until:
                    raise EnvironmentFailedError(
                        f"Another promotion is under way: {holder} has held its lock"
                        f" for longer than {deadline:g} s.",
                        "Wait for it, or end that session if nobody is behind it.",
                    )
                clock.sleep(POLL)
        asked.execute(
            "SELECT pid, backend_start FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()"
        )
        row = asked.fetchone()
    assert row is not None
    return AdvisoryLock(part, row[0], row[1])


def holder_of_run(session: cursor) -> str | None:
    """Who has the run's lock, for a person; None while no promotion is under way."""
    return _holder(session, RUN)


def _try(session: cursor, part: int) -> bool:
    session.execute("SELECT pg_catalog.pg_try_advisory_lock(%s, %s)", [KEY, part])
    return session.fetchone() == (True,)


def _holder(session: cursor, part: int) -> str | None:
    session.execute(_HOLDERS, [KEY, part])
    row = session.fetchone()
    if row is None:
        return None
    return f"process {row[0]} ({row[2] or 'no application name'}, connected since {row[3]})"
