"""What the target is asked before anything runs there; it is only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.catalog import Catalog
from assay.promote import quiet
from assay.promote.job import Job
from assay.promote.outcome import RefusedError
from assay.promote.position import Position
from assay.promote.progress import Progress
from assay.promote.schema import Schema, require_same
from assay.promote.states import unfinished_keys

if TYPE_CHECKING:
    from psycopg2.extensions import connection


def require_ready(job: Job, session: connection, schema: Schema, position: Position) -> None:
    """Raises RefusedError where the target is not as the plan expects it, or not ready for it."""
    if not position.started:  # else the state decides how to go on
        _require_schema(job, schema.live(), position)
        _checked(job, "the schema is as expected")
    with session.cursor() as asked:
        quiet.require_no_long_transactions(asked, job.plan, job.policy)
        _checked(job, "no long transaction is in the way")
        quiet.require_close_replicas(asked, job.policy)
        _checked(job, "replicas are close")
    if position == Position(0):
        _require_answers(job)
    job.point("checked")


def _require_schema(job: Job, live: Catalog, position: Position) -> None:
    expected = job.states.before(position.revision, position.segment)
    for key in unfinished_keys(live):
        if key.kind == "index" and key not in expected:
            raise RefusedError(
                f"The index {key.path} is invalid, and no plan announced it: an earlier build failed.",
                f"Drop it (DROP INDEX CONCURRENTLY {key.path}), or build it anew.",
            )
    require_same(
        expected,
        live,
        RefusedError,
        "The schema is not what the plan expects: somebody changed it outside the migrations.",
        "Take the change back, or bring it into a revision and make the plan anew.",
    )


def _require_answers(job: Job) -> None:
    asked = [(revision, question) for revision in job.plan.revisions for question in revision.questions]
    if not asked:
        return
    from assay.preflight import Query, answers

    queries = [
        Query(q.title, q.sql, revision.id, revision.path, q.line, statement="", expected=q.expected)
        for revision, q in asked
    ]
    wrong = [a for a in answers(queries, job.target.url()) if a.failed]
    if wrong:
        first = wrong[0]
        raise RefusedError(
            f"The data will refuse revision {first.query.revision}: {first.query.title}"
            f" ({first.error or first.found}; {first.query.expected} was expected).",
            "Mend the data; the queries are in the plan.",
            tuple(f"{a.query.title}: {a.error or a.found}" for a in wrong),
        )
    _checked(job, f"{len(queries)} questions to the data are answered as expected")


def _checked(job: Job, message: str) -> None:
    job.tell(Progress(kind="checked", message=message))
