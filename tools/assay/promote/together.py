"""Runs a segment that is one transaction: statements, versions and ledger row come together or not at all."""

from __future__ import annotations

from assay.promote import target
from assay.promote.book import Book
from assay.promote.job import Job
from assay.promote.outcome import FailedError
from assay.promote.position import Position
from assay.promote.runner import Runner
from assay.promote.schema import Schema, require_same


def together(job: Job, book: Book, schema: Schema, runner: Runner, position: Position) -> None:
    """Run the segment, and commit it if the schema is what the plan predicts, before and after.

    The whole schema is read before the first statement; after the last, when others may wait for our locks,
    only what the statements touched.
    Raises what psycopg2 raises, PromotionError, and CommitUnknownError.
    """
    revision, segment = job.at(position)
    last = position.segment == len(revision.segments) - 1
    started = book.now()
    with book.page(position) as session:
        follower = schema.following(schema.require(position, *runner.unexpected))
        for n in range(1, len(segment.statements) + 1):
            target.limit_lock_waits(session, job.policy)
            runner.statement(session, n)
        live = follower.read().without_privileges()
        require_same(
            job.states.after(position.revision, position.segment),
            live,
            FailedError,
            f"The schema is not what the plan predicts {runner.where}, so it was taken back.",
            "Find who changes the schema meanwhile, or make the plan anew.",
        )
        job.point("compared")
        target.be_ourselves(session)
        if last:
            book.bump(session, position.revision)
        book.write(session, "applied" if last else "done", position, started, live.fingerprint)
    job.point("committed")
    runner.tell("committed")
