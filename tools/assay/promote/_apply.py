"""`apply`: a plan's whole way, from the checks before it to the proof behind it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

import psycopg2

from assay.errors import AssayError, UsageError
from assay.promote import paper
from assay.promote.before import require_ready
from assay.promote.book import Book
from assay.promote.errors import CommitUnknownError, explained
from assay.promote.job import Job
from assay.promote.ledger import Entry
from assay.promote.model import Plan, Seal
from assay.promote.outcome import FailedError, Outcome, PromotionError, Result, UnreachableError
from assay.promote.patience import patiently
from assay.promote.position import Position
from assay.promote.progress import Progress
from assay.promote.schema import Schema, require_same
from assay.promote.sessions import Sessions, sessions
from assay.promote.state import State, read_state
from assay.promote.worker import Worker

GO_ON = "See that the server can be reached; going on finds out where it stands."


def apply(
    job: Job,
    seal: Seal,
    *,
    lose: Collection[str] = (),
    rederive: Callable[[], Plan] | None = None,
    earlier: Callable[[], Sequence[Sequence[Entry]]] | None = None,
) -> Outcome:
    """Bring `job.target` to where `job.plan` ends, from wherever on its way the target stands.

    `lose` names what may be lost (`Plan.loses`). `rederive` makes the plan again from the commit, where it
    is checked out. `earlier` gives the ledgers of the environment that the policy wants to be first.
    Raises UsageError only; whatever befalls a promotion is in the outcome.
    """
    run = _Run(job)
    try:
        now = job.clock.now()
        paper.require_environment(job.plan, job.target.environment)
        paper.require_age(seal, job.policy, now)
        paper.require_consent(job.plan, lose)
        paper.require_same(job.plan, rederive)
        paper.require_order(job.plan, job.policy, earlier, now)
        return run.all()
    except UsageError:
        raise
    except PromotionError as error:
        return run.ended(error)
    except AssayError as error:
        return run.ended(UnreachableError(error.message, error.advice))
    except psycopg2.Error as error:
        where = "between two statements"
        return run.ended(explained(error, job.target.reason(error), where, urgent=job.stop.urgent))
    except CommitUnknownError:
        return run.ended(UnreachableError("The connection ended while COMMIT was under way.", GO_ON))


class _Run:
    """One run, and what it has applied so far."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._applied: list[str] = []

    def all(self) -> Outcome:
        """Raises PromotionError, AssayError, and what psycopg2 raises."""
        job = self._job
        with sessions(job) as opened:
            book, schema = Book(job, opened), Schema(job, opened)
            if job.restart:
                book.abandon()
            position = book.where()
            if position.revision < len(job.plan.revisions):
                require_ready(job, opened.work, schema, position)
                patiently(job, lambda _: book.set_up())
                self._segments(Worker(job, opened, book, schema), opened, book, position)
            patiently(job, lambda _: self._verify(book, schema))
        if not self._applied:
            return self._outcome("nothing", "The plan was applied before.")
        number = "1 revision" if len(self._applied) == 1 else f"{len(self._applied)} revisions"
        return self._outcome("applied", f"{number} applied; everything is as the plan predicts.")

    def ended(self, error: PromotionError) -> Outcome:
        """The outcome of a run that did not come to its end."""
        return self._outcome(error.result, error.message, error.advice, error.detail)

    def _segments(self, worker: Worker, opened: Sessions, book: Book, position: Position) -> None:
        revisions = self._job.plan.revisions
        while position.revision < len(revisions):
            self._job.safe_point()
            unknown = False
            try:
                worker.run(position)
            except CommitUnknownError:
                unknown = True
                _reconnect(opened)
            reached = book.where()
            self._applied += [r.id for r in revisions[position.revision : reached.revision]]
            if unknown and reached == position:
                raise UnreachableError(
                    "The connection ended while COMMIT was under way; nothing of it was committed.", GO_ON
                )
            position = reached

    def _verify(self, book: Book, schema: Schema) -> None:
        """The target is where the plan ends, and its schema as predicted; write that down."""
        started, live = book.now(), schema.live()
        require_same(
            self._job.states.last,
            live,
            FailedError,
            "The plan is applied, and the schema is not what it predicts.",
            "Find who changed it.",
        )
        book.verified(live, started)
        self._job.point("verified")
        self._job.tell(Progress(kind="verified", message=live.short))

    def _outcome(
        self, result: Result, message: str, advice: str = "", detail: tuple[str, ...] = ()
    ) -> Outcome:
        plan = self._job.plan
        state: State | None = None
        with suppress(AssayError):
            state = read_state(self._job.target, plan.version_table)
        on = result in ("failed", "stopped", "unreachable") or (state is not None and state.half_done)
        return Outcome(
            result=result,
            environment=self._job.target.environment,
            plan=plan.checksum,
            message=message,
            advice=advice,
            go_on=f"assay apply {shlex.quote(self._job.path)} --env {plan.environment}" if on else None,
            detail=detail,
            applied=tuple(self._applied),
            at=None if state is None else state.at,
            half_done=None if state is None else state.half_done,
        )


def _reconnect(opened: Sessions) -> None:
    try:
        opened.again()
    except (AssayError, psycopg2.Error) as error:
        why = error.message if isinstance(error, AssayError) else "the server does not answer"
        raise UnreachableError(
            f"The connection ended during COMMIT; whether it was committed is not known ({why}).",
            GO_ON,
        ) from None
