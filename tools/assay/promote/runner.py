"""Runs one statement of a plan, and tells how it fares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.promote.job import Job
from assay.promote.outcome import FailedError
from assay.promote.position import Position
from assay.promote.progress import Kind, Progress
from assay.promote.sessions import Sessions
from assay.promote.watch import LOOK, Watched

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

_IN_TRANSACTION = 2
"""PQTRANS_INTRANS of libpq."""


class Runner:
    """Knows where the run is: in which revision, segment and statement."""

    def __init__(self, job: Job, opened: Sessions) -> None:
        self._job = job
        self._sessions = opened
        self._position = Position(0)
        self._n = 0
        self._sql = ""
        self._looked = 0.0
        self._watched = Watched(self._tick)

    def go_to(self, position: Position) -> None:
        """The next statements are of this segment."""
        self._position, self._n, self._sql = position, 0, ""

    @property
    def where(self) -> str:
        """The statement in a sentence: `at migrations/x.py:12 (revision abc)`."""
        revision, segment = self._job.at(self._position)
        line = segment.statements[self._n - 1].line if self._n else 0
        place = f" ({revision.path}:{line})" if line else ""
        return f"in revision {revision.id}{place}"

    @property
    def unexpected(self) -> tuple[str, str]:
        """What to say, and to advise, of a schema that is not as before this segment."""
        return (
            f"The schema is not what the plan expects {self.where}.",
            "Find who changed it, and take that back.",
        )

    def statement(self, session: cursor, n: int) -> None:
        """Run the segment's `n`th statement, from 1. Raises what psycopg2 raises."""
        _, segment = self._job.at(self._position)
        self._n = n
        self.sql(session, segment.statements[n - 1].sql, "statement")
        if not segment.outside and session.connection.info.transaction_status != _IN_TRANSACTION:
            raise FailedError(
                f"A statement ended the transaction that it ran in, {self.where}.",
                "What ran before it may be committed: compare with `assay diff`.",
            )
        self._job.point("statement ran")

    def sql(self, session: cursor, sql: str, kind: Kind) -> None:
        """Run any statement, watched."""
        self._sql, self._looked = sql, 0.0
        self.tell(kind)
        self._watched.execute(session, sql)

    def tell(self, kind: Kind, message: str = "", seconds: float = 0.0) -> None:
        """Tell what happens at this place."""
        self._job.tell(self._progress(kind, message, seconds))

    def _progress(self, kind: Kind, message: str, seconds: float) -> Progress:
        revision, segment = self._job.at(self._position)
        blockers, phase, done = self._sessions.look() if kind == "running" else ((), "", None)
        return Progress(
            kind=kind,
            message=message,
            revision=revision.id,
            segment=self._position.segment + 1,
            segments=len(revision.segments),
            statement=self._n,
            statements=len(segment.statements),
            sql=self._sql,
            seconds=round(seconds, 1),
            blockers=blockers,
            phase=phase,
            done=done,
        )

    def _tick(self, waited: float) -> None:
        if self._job.stop.urgent:
            self._sessions.work.cancel()
        if waited - self._looked >= LOOK:
            self._looked = waited
            self.tell("running", seconds=waited)
