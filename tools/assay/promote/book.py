"""Reads where the target stands, and keeps the ledger and the versions of one target."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg2
from msgspec.structs import replace

from assay.catalog import Catalog
from assay.promote import ledger, versions
from assay.promote.errors import CommitUnknownError, is_gone
from assay.promote.job import Job
from assay.promote.ledger import Entry, Event, Tail
from assay.promote.model import VersionTable
from assay.promote.outcome import FailedError, RefusedError, UnreachableError
from assay.promote.position import Position, locate
from assay.promote.schema import Schema
from assay.promote.sessions import Sessions

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

_OURS = """
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid() AND granted
    AND relation = 'assay.ledger'::regclass AND mode = 'ShareRowExclusiveLock'
)
"""


class Book:
    """What is written down in the target; every transaction that changes anything goes through `page`."""

    def __init__(self, job: Job, opened: Sessions) -> None:
        self._job = job
        self._sessions = opened
        self._schema = Schema(job, opened)
        self._table: VersionTable | None = None
        """With its schema, as it was found before any statement of the plan could move it."""

    def set_up(self) -> None:
        """Make the ledger and the version table, where they are not there."""
        with self._transaction() as session:
            if not ledger.exists(session):
                session.execute(ledger.SETUP)
            if ledger.is_in_the_way(session):
                raise RefusedError(
                    "The search path leads to the ledger's schema, assay: what has no schema in its name"
                    " would be made there.",
                    "Use a user who is not called assay, or a URL with ?options=-csearch_path%3Dpublic.",
                )
            if self._table is None:
                versions.create(session, self._job.plan.version_table)
                self._table = versions.found(session, self._job.plan.version_table)
            self.require_lock(session)
        self._job.point("set up")

    def where(self) -> Position:
        """The plan's next segment. Raises RefusedError where the target is not on its way."""
        with self._reading() as session:
            return self._where(session, ledger.read_tail(session))

    def now(self) -> datetime:
        """The server's time, which all times in the ledger are."""
        with self._sessions.work.cursor() as session:
            session.execute("SELECT pg_catalog.clock_timestamp()")
            (found,) = session.fetchone() or (self._job.clock.now(),)
        assert isinstance(found, datetime)
        return found

    def abandon(self) -> None:
        """Write down that what is half done was taken back by hand, if there is such a thing.

        Raises RefusedError, with the difference, where the schema is not as before that revision.
        """
        with self._reading() as session:
            end = ledger.read_tail(session)
            position = self._where(session, Tail(end.applied, ()))
        if not end.open:
            return
        live = self._schema.require(
            position,
            "What was done of the revision was not taken back: the schema is not as before it.",
            "Take back what the difference tells, then give `--restart` again.",
        )
        now, who = self.now(), self._job.who
        closing = replace(
            end.open[-1],
            event="abandoned",
            fingerprint=live.fingerprint,
            started=now,
            actor=who.actor,
            run_url=who.run_url,
        )
        with self.page(None) as session:
            ledger.append(session, closing)

    def verified(self, live: Catalog, started: datetime) -> None:
        """Write down of each of the plan's revisions that it is verified, unless it was before."""
        with self.page(Position(len(self._job.plan.revisions))) as session:
            if ledger.read_tail(session).verified:
                return
            for n in range(len(self._job.plan.revisions)):
                self.write(session, "verified", Position(n), started, live.fingerprint)

    @contextmanager
    def page(self, position: Position | None) -> Iterator[cursor]:
        """A transaction that commits only if the target is still at `position`, and the lock is still ours.

        From its beginning nobody else can write in the ledger or change the versions. Raises RefusedError
        where somebody went on meanwhile, UnreachableError where the lock was lost, CommitUnknownError where
        nobody knows whether it was committed.
        """
        with self._transaction() as session:
            ledger.lock(session)
            assert self._table is not None
            versions.lock(session, self._table)
            self.require_lock(session)
            if position is not None and self._where(session, ledger.read_tail(session)) != position:
                raise RefusedError("Somebody else went on with this plan meanwhile.", "Look: `assay status`.")
            self._job.point("fenced")
            yield session
            self._require_ours(session)
            self._job.point("ledger written")

    def write(
        self,
        session: cursor,
        event: Event,
        position: Position,
        started: datetime,
        fingerprint: str | None,
        error: str | None = None,
    ) -> None:
        """Add a row to the ledger, in the transaction that is open."""
        entry = self._entry(event, position, started, fingerprint)
        ledger.append(session, replace(entry, error=error))

    def bump(self, session: cursor, revision: int) -> None:
        """Change the versions as the plan's revision of that index does."""
        assert self._table is not None
        for text in versions.changes(self._table, self._job.plan.revisions[revision]):
            session.execute(text)
            if session.rowcount != 1:
                raise FailedError("The versions are not what they were.", "Look: `assay status`.")
        self._job.point("versions written")

    def require_lock(self, session: cursor) -> None:
        """Raises UnreachableError where the lock's session has lost it."""
        if not self._sessions.lock.is_held(session):
            raise UnreachableError(
                "The session that holds the promotion's lock is gone, so nothing more is committed.",
                "See that the server is up; then go on.",
            )

    def _entry(self, event: Event, position: Position, started: datetime, fingerprint: str | None) -> Entry:
        plan, who = self._job.plan, self._job.who
        revision, segment = self._job.at(position)
        of_segment = event in ("started", "done", "failed")
        return Entry(
            plan=plan.checksum,
            environment=self._job.target.environment,
            revision=revision.id,
            direction=plan.direction,
            segment=position.segment,
            segments=len(revision.segments),
            event=event,
            sql_checksum=revision.sql_checksum,
            statements=len(segment.statements) if of_segment else revision.statement_count,
            fingerprint=fingerprint,
            started=started,
            finished=started,
            actor=who.actor,
            run_url=who.run_url,
            commit=plan.commit,
        )

    def _require_ours(self, session: cursor) -> None:
        session.execute(_OURS)
        if session.fetchone() != (True,):
            raise FailedError(
                "A statement ended the transaction that it ran in: what ran before it may be committed.",
                "Compare with `assay diff`, and take COMMIT and ROLLBACK out of the revision.",
            )
        self.require_lock(session)

    def _where(self, session: cursor, end: Tail) -> Position:
        if self._table is None:
            self._table = versions.found(session, self._job.plan.version_table)
        return locate(self._job.plan, versions.read(session, self._table), end)

    @contextmanager
    def _reading(self) -> Iterator[cursor]:
        """What is read in it is of one moment."""
        with self._sessions.work.cursor() as session:
            session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            try:
                yield session
            finally:
                with suppress(psycopg2.Error):
                    session.execute("ROLLBACK")

    @contextmanager
    def _transaction(self) -> Iterator[cursor]:
        with self._sessions.work.cursor() as session:
            session.execute("BEGIN")
            try:
                yield session
            except BaseException:
                with suppress(psycopg2.Error):
                    session.execute("ROLLBACK")
                raise
            self._job.point("committing")
            _commit(session)


def _commit(session: cursor) -> None:
    try:
        session.execute("COMMIT")
    except psycopg2.Error as error:
        if is_gone(error):
            raise CommitUnknownError from error
        raise
