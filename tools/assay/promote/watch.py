"""Runs a statement in a thread: meanwhile signals are heard, and somebody looks what it waits for."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING

from assay.promote.progress import Blocker

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

TICK = 0.1
"""Seconds between looks at the signals."""

LOOK = 1.0
"""Seconds between looks at the server."""

_BLOCKERS = """
SELECT a.pid, coalesce(a.application_name, ''), coalesce(a.state, ''),
    coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8
FROM unnest(pg_catalog.pg_blocking_pids(%s)) AS b (pid)
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid WHERE a.pid IS NOT NULL ORDER BY a.pid
"""
_BUILD = """
SELECT phase, CASE WHEN blocks_total > 0 THEN blocks_done::float8 / blocks_total
    WHEN tuples_total > 0 THEN tuples_done::float8 / tuples_total END
FROM pg_catalog.pg_stat_progress_create_index WHERE pid = %s
"""


class Watched:
    """Runs statements; while one runs, `tick` is called ten times a second with the seconds so far."""

    def __init__(self, tick: Callable[[float], None]) -> None:
        self._tick = tick

    def execute(self, session: cursor, sql: str) -> None:
        """Run `sql`. Raises what psycopg2 raises."""
        ended, raised = Event(), list[BaseException]()

        def run() -> None:
            try:
                session.execute(sql)
            except BaseException as error:  # noqa: BLE001 - raised below, in the caller's thread
                raised.append(error)
            finally:
                ended.set()

        Thread(target=run, daemon=True, name="assay statement").start()
        waited = 0.0
        while not ended.wait(TICK):
            waited += TICK
            self._tick(waited)
        if raised:
            raise raised[0]


def blockers(watcher: connection, pid: int) -> tuple[Blocker, ...]:
    """The sessions that keep the session `pid` waiting."""
    with watcher.cursor() as session:
        session.execute(_BLOCKERS, [pid])
        rows = session.fetchall()
    return tuple(Blocker(pid=r[0], application=r[1], state=r[2], seconds=round(r[3], 1)) for r in rows)


def index_build(watcher: connection, pid: int) -> tuple[str, float | None]:
    """The phase of the index that the session builds, if any, and how much of the phase is done."""
    with watcher.cursor() as session:
        session.execute(_BUILD, [pid])
        row = session.fetchone()
    return (row[0], row[1]) if row else ("", None)
