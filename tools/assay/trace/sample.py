"""Sees the locks of a statement that cannot run in a transaction, without a race.

A second session holds a lock that the statement has to wait for, a third one reads what the statement
holds and asks for while it waits, then the second lets go (facts measured on PostgreSQL 15 and 18: a
concurrent index build waits for every transaction that holds ROW EXCLUSIVE on its table).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from assay.render import unguarded
from assay.trace.observe import Snapshot, snapshot

PATIENCE = 5.0
"""Seconds that a statement may run without being seen waiting before it is let go unobserved."""

PAUSE = 0.001
"""Seconds between two looks."""

_CONCURRENTLY = re.compile(r"\bCONCURRENTLY\b", re.IGNORECASE)


class Sampler:
    """Two sessions of Assay's own beside the traced one."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect

    @contextmanager
    def around(self, pid: int, sql: str, tables: Iterable[str]) -> Iterator[Sample]:
        """Run the statement inside the block; afterwards the sample says what was seen.

        `tables` are the quoted names of every table that it may lock; `pid` is its backend.
        """
        mode = "ROW EXCLUSIVE" if _CONCURRENTLY.search(sql) else "SHARE UPDATE EXCLUSIVE"
        with ExitStack() as stack:
            with unguarded():
                holder, watcher = self._connect(), self._connect()
            stack.callback(holder.close)
            stack.callback(watcher.close)
            sample = Sample(pid, watcher.cursor())
            sample.hold(holder, mode, tables)
            thread = threading.Thread(target=sample.watch, args=(holder,), daemon=True)
            thread.start()
            try:
                yield sample
            finally:
                sample.finished.set()
                thread.join()


class Sample:
    """What was seen of one statement."""

    def __init__(self, pid: int, cursor: Any) -> None:
        self._pid = pid
        self._cursor = cursor
        self.finished = threading.Event()
        self.seen: list[Snapshot] = []
        self.waited = False
        """It was seen waiting for the holder, so that its locks are complete."""

    def hold(self, holder: Any, mode: str, tables: Iterable[str]) -> None:
        """Take the lock that the statement will wait for."""
        names = ", ".join(tables)
        with holder.cursor() as cursor:
            cursor.execute("BEGIN")
            if names:
                cursor.execute(f"LOCK TABLE {names} IN {mode} MODE")

    def watch(self, holder: Any) -> None:
        """Look until the statement waits, let it go on, and look on until it has ended."""
        deadline = time.monotonic() + PATIENCE
        try:
            while not self.finished.is_set() and not self.waited and time.monotonic() < deadline:
                self._look()
                self.finished.wait(PAUSE)
        finally:
            with holder.cursor() as cursor:
                cursor.execute("ROLLBACK")
        while not self.finished.is_set():
            self._look()
            self.finished.wait(PAUSE)

    def _look(self) -> None:
        self.seen.append(snapshot(self._cursor, self._pid))
        if not self.waited:
            self._cursor.execute(f"SELECT cardinality(pg_catalog.pg_blocking_pids({self._pid})) > 0")
            if self._cursor.fetchone()[0]:
                self.seen.append(snapshot(self._cursor, self._pid))
                self.waited = True

    @property
    def locks(self) -> frozenset[Any]:
        """Every lock that was seen, held or asked for."""
        return frozenset().union(*(look.locks for look in self.seen)) if self.seen else frozenset()
