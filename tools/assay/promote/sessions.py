"""The three sessions of a run: one holds the lock, one works, one looks on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg2

from assay.promote import place, watch
from assay.promote.clock import Clock
from assay.promote.job import Job
from assay.promote.lock import RUN, WORK, AdvisoryLock, acquire
from assay.promote.progress import Blocker, Progress
from assay.promote.target import settle

if TYPE_CHECKING:
    from psycopg2.extensions import connection


class Sessions:
    """Open ones; `work` may be another one after the network failed."""

    def __init__(self, job: Job, lock: AdvisoryLock, work: connection, watcher: connection) -> None:
        self._job = job
        self.lock = lock
        self.work = work
        self._watcher = watcher

    def again(self) -> None:
        """Another session to work with, once the old one's last statement is really over."""
        with suppress(psycopg2.Error):
            self.work.close()
        self.work = _working(self._job)

    def look(self) -> tuple[tuple[Blocker, ...], str, float | None]:
        """Whom the work waits for, the phase of the index it builds, and how much of that is done."""
        try:
            pid = self.work.info.backend_pid
            return watch.blockers(self._watcher, pid), *watch.index_build(self._watcher, pid)
        except psycopg2.Error:  # nothing depends on it
            return (), "", None

    def close(self) -> None:
        """Let all go but the lock."""
        for session in (self.work, self._watcher):
            with suppress(psycopg2.Error):
                session.close()


@contextmanager
def sessions(job: Job) -> Iterator[Sessions]:
    """Take the lock, then the rest; everything is let go at the end, the lock last.

    Raises RefusedError for a pooler or a replica, EnvironmentFailedError where no lock is to be had.
    """
    with place.recognised():
        holding = job.target.connect(job.application("lock"))
    try:
        place.require(holding)
        with holding.cursor() as asked:
            asked.execute("SET idle_session_timeout = 0")
        lock = acquire(holding, RUN, job.policy.lock_deadline, _patient(job), _waiting(job))
        job.point("locked")
        opened = Sessions(job, lock, _working(job), _watching(job))
        try:
            yield opened
        finally:
            opened.close()
    finally:
        with suppress(psycopg2.Error):
            holding.close()


def _working(job: Job) -> connection:
    session = job.target.connect(job.application("work"))
    try:
        place.require(session)
        acquire(session, WORK, job.policy.lock_deadline, _patient(job), _waiting(job))
        with session.cursor() as asked:
            settle(asked, job.policy, {}, job.application("work"))
    except BaseException:
        session.close()
        raise
    return session


def _watching(job: Job) -> connection:
    session = job.target.connect(job.application("watch"))
    with session.cursor() as asked:
        asked.execute("SET statement_timeout = '2s'; SET idle_session_timeout = 0")
    return session


def _patient(job: Job) -> Clock:
    """The clock, with sleeps that end when somebody asks to stop."""
    clock = job.clock
    return Clock(clock.monotonic, job.sleep, clock.now, clock.random)


def _waiting(job: Job) -> Callable[[str], None]:
    return lambda holder: job.tell(Progress(kind="waiting", message=holder))
