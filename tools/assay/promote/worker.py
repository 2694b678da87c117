"""Runs the next segment of a plan to its end, and again while others are in its way."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import psycopg2

from assay.promote import target
from assay.promote.alone import Alone
from assay.promote.book import Book
from assay.promote.errors import RETRIED, CommitUnknownError, explained, is_gone
from assay.promote.job import Job
from assay.promote.outcome import FailedError, PromotionError
from assay.promote.patience import patiently
from assay.promote.position import Position
from assay.promote.runner import Runner
from assay.promote.schema import Schema
from assay.promote.sessions import Sessions
from assay.promote.together import together


class Worker:
    """The part that runs SQL."""

    def __init__(self, job: Job, opened: Sessions, book: Book, schema: Schema) -> None:
        self._job = job
        self._sessions = opened
        self._book = book
        self._schema = schema
        self._runner = Runner(job, opened)

    def run(self, position: Position) -> None:
        """Run the segment at `position`. Raises PromotionError, and CommitUnknownError."""
        started = self._book.now()
        try:
            patiently(
                self._job,
                lambda again: self._try(self._book.where() if again else position),
                lambda why, wait: self._runner.tell("retry", why, wait),
            )
        except RETRIED as error:
            raise self._given_up(error, position, started) from None
        except (psycopg2.Error, FailedError) as error:
            raise self._failed(error, position, started) from None

    def _try(self, position: Position) -> None:
        self._runner.go_to(position)
        revision, segment = self._job.at(position)
        settings = {**segment.settings, **({"lock_timeout": "0"} if segment.patient else {})}
        with self._sessions.work.cursor() as session:
            target.settle(session, self._job.policy, settings, self._job.application(revision.id))
        if segment.outside:
            Alone(self._job, self._sessions, self._book, self._schema, self._runner, position).run()
        else:
            together(self._job, self._book, self._schema, self._runner, position)

    def _given_up(self, error: psycopg2.Error, position: Position, started: datetime) -> PromotionError:
        tries = self._job.policy.retries + 1
        reason = self._job.target.reason(error)
        self._note(reason, position, started)
        return FailedError(
            f"Others were in the way {self._runner.where} in all of {tries} tries: {reason}.",
            "Go on when it is quieter, or end what is in the way.",
        )

    def _failed(
        self, error: psycopg2.Error | FailedError, position: Position, started: datetime
    ) -> PromotionError:
        if isinstance(error, FailedError):
            self._note(error.message, position, started)
            return error
        reason = self._job.target.reason(error)
        if not is_gone(error):
            self._note(reason, position, started)
        return explained(error, reason, self._runner.where, urgent=self._job.stop.urgent)

    def _note(self, reason: str, position: Position, started: datetime) -> None:
        """Write down that it failed, if that can be; nothing depends on it."""
        with suppress(psycopg2.Error, PromotionError, CommitUnknownError), self._book.page(None) as session:
            self._book.write(session, "failed", position, started, None, reason)
