"""Sees the locks of a statement that cannot run in a transaction, without a race.

Three sessions hold locks that the statement has to wait for, one after the other; a fourth one reads what
it holds and asks for while it waits, then the session that it waits for lets go. SHARE UPDATE EXCLUSIVE
stops what wants that lock itself (VACUUM, every CONCURRENTLY); ROW EXCLUSIVE stops a concurrent index build
that waits for writers; ACCESS SHARE stops what wants ACCESS EXCLUSIVE, or waits for readers, in a later
transaction of the same statement (DETACH … CONCURRENTLY, DROP INDEX CONCURRENTLY). Before that one lets go
another session takes its place, because a statement may first wait for readers and then ask for the lock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from assay.render import unguarded
from assay.trace.observe import Snapshot, snapshot

BARRIERS = ("SHARE UPDATE EXCLUSIVE", "ROW EXCLUSIVE", "ACCESS SHARE")
"""Held by one session each, on every table; they do not conflict with one another."""

AGAIN = 2
"""How often another session takes the last barrier's place."""

PATIENCE = 5.0
"""Seconds that a statement may go on without being seen waiting before every barrier is lifted."""

PAUSE = 0.001
"""Seconds between two looks."""


class Sampler:
    """Sessions of Assay's own beside the traced one."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect

    @contextmanager
    def around(self, pid: int, tables: Iterable[str]) -> Iterator[Sample]:
        """Run the statement inside the block; afterwards the sample says what was seen.

        `tables` are the quoted names of every table that it may lock; `pid` is its backend.
        """
        names = ", ".join(tables)
        with ExitStack() as stack:
            with unguarded():
                watcher, spare, *holders = [
                    stack.enter_context(self._connect()) for _ in ("watcher", "spare", *BARRIERS)
                ]
            sample = Sample(pid, watcher, spare, holders)
            sample.hold(names)
            thread = threading.Thread(target=sample.watch, daemon=True)
            thread.start()
            try:
                yield sample
            finally:
                sample.finished.set()
                thread.join()
                if sample.failure is not None:
                    raise sample.failure


class Sample:
    """What was seen of one statement."""

    def __init__(self, pid: int, watcher: Any, spare: Any, holders: list[Any]) -> None:
        self._pid = pid
        self._watcher = watcher.cursor()
        self._holders = {_backend(holder): holder for holder in holders}
        self.finished = threading.Event()
        self.waiting: list[Snapshot] = []
        """Looks while it waited for a barrier."""
        self.passing: list[Snapshot] = []
        """Looks that met it at something else, by chance."""
        self.failure: BaseException | None = None
        """What stopped the watching."""
        self._last, self._spare = _backend(holders[-1]), spare
        self._again = AGAIN
        self._names = ""

    def hold(self, names: str) -> None:
        """Take the locks that the statement will wait for, on the tables `names`."""
        self._names = names
        for holder, mode in zip(self._holders.values(), BARRIERS, strict=True):
            _hold(holder, names, mode)

    def watch(self) -> None:
        """Look until the statement has ended; lift each barrier once the statement waits for it."""
        last_seen = time.monotonic()
        try:
            while not self.finished.is_set():
                if self._look():
                    last_seen = time.monotonic()
                elif time.monotonic() - last_seen > PATIENCE:
                    self._lift(list(self._holders))
                self.finished.wait(PAUSE)
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that runs the statement
            self.failure = error
        finally:
            self._lift(list(self._holders))

    def _look(self) -> bool:
        """Note what it holds and asks for; whether it waited for a barrier, which is lifted then."""
        self._watcher.execute(f"SELECT pg_catalog.pg_blocking_pids({self._pid})")
        blockers = set(self._watcher.fetchone()[0])
        waits_for = [pid for pid in self._holders if pid in blockers]
        look = snapshot(self._watcher, self._pid)
        if waits_for:
            self.waiting.append(look)
            self._let_go(waits_for[0])
        else:
            self.passing.append(look)
        return bool(waits_for)

    def _let_go(self, pid: int) -> None:
        holder = self._holders[pid]
        again = pid == self._last and self._again and _hold(self._spare, self._names, BARRIERS[-1])
        self._lift([pid])
        if again:
            self._again -= 1
            self._last = _backend(self._spare)
            self._holders[self._last], self._spare = self._spare, holder

    def _lift(self, pids: list[int]) -> None:
        for pid in pids:
            with self._holders.pop(pid).cursor() as cursor:
                cursor.execute("ROLLBACK")

    @property
    def waited(self) -> bool:
        """It was seen waiting for a barrier, so that its locks are known."""
        return bool(self.waiting)

    @property
    def locks(self) -> frozenset[Any]:
        """Every lock that was seen, held or asked for.

        Where it waited, only what it had and wanted then: a look in passing may meet it at what nobody can
        wait for, such as the old index that REINDEX … CONCURRENTLY drops once no session knows it.
        """
        return frozenset().union(*(look.locks for look in self.waiting or self.passing))


def _hold(session: Any, names: str, mode: str) -> bool:
    """Lock the tables in a transaction that stays open; whether that could be done at once."""
    from psycopg2.errors import LockNotAvailable, UndefinedTable

    with session.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            if names:
                cursor.execute(f"LOCK TABLE {names} IN {mode} MODE NOWAIT")
        except (LockNotAvailable, UndefinedTable):  # the statement has it already, or dropped it
            cursor.execute("ROLLBACK")
            return False
    return True


def _backend(session: Any) -> int:
    return int(session.get_backend_pid())
