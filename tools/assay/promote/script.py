"""A plan as a script: for a reviewer, and for psql where nothing else is at hand."""

from __future__ import annotations

from collections.abc import Iterator

from assay._clean import clean
from assay.promote.model import Plan, PlanRevision, Segment
from assay.promote.versions import changes


def as_sql(plan: Plan) -> str:
    """The script. `assay apply` does not read it; it runs the same statements with locks and a ledger."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    first, last = plan.revisions[0], plan.revisions[-1]
    yield f"-- Plan {plan.short}: {plan.direction} of {_said(plan.environment)}"
    yield f"-- from {_versions(first.versions_before)} to {_versions(last.versions_after)}"
    yield f"-- commit {_said(plan.commit or 'unknown')}"
    yield from (f"-- {_said(name)} {_said(version)}" for name, version in sorted(plan.tools.items()))
    yield from (f"-- LOSES the values of {_said(name)}" for name in plan.loses)
    yield from (f"-- leaves {each.kind} {_said(each.name)} invalid, on purpose" for each in plan.unfinished)
    yield "\\set ON_ERROR_STOP on"
    for revision in plan.revisions:
        yield from _revision(plan, revision)


def _revision(plan: Plan, revision: PlanRevision) -> Iterator[str]:
    yield f"\n-- Revision {_said(revision.id)}: {_said(revision.message)}"
    yield f"-- SQL {revision.sql_checksum[:12]}, schema {revision.fingerprint_before[:12]}"
    for question in revision.questions:
        yield f"-- Asked before: {_said(question.title)}? Expect {_said(question.expected)}."
    for segment in revision.segments:
        last = segment is revision.segments[-1]
        yield "" if not segment.outside else "\n-- Outside a transaction: PostgreSQL refuses it in one."
        yield from (
            f"-- {_said(name)} = {_said(value)} from before" for name, value in segment.settings.items()
        )
        yield from _locks(segment)
        yield from [] if segment.outside else ["BEGIN;"]
        for statement in segment.statements:
            yield f"-- {_said(revision.path)}:{statement.line}"
            yield _ended(statement.sql)
        if last:
            yield from (f"{text};" for text in changes(plan.version_table, revision))
        yield from [] if segment.outside else ["COMMIT;"]
        yield f"-- schema {segment.fingerprint_after[:12]}"


def _locks(segment: Segment) -> Iterator[str]:
    for lock in segment.locks:
        why = f": {_said(lock.why)}" if lock.why else ""
        yield f"-- {_said(lock.mode)} on {_said(lock.relation)}{why}"
    if segment.unproven:
        yield f"-- Its locks are not all known: {_said(segment.unproven)}."
    if segment.seconds is not None:
        yield f"-- about {segment.seconds:.1f} s"


def _ended(sql: str) -> str:
    """With its semicolon, which a comment at the end must not swallow."""
    return f"{sql}\n;" if "--" in sql.rpartition("\n")[2] else f"{sql};"


def _said(text: str) -> str:
    return clean(text)


def _versions(versions: tuple[str, ...]) -> str:
    return ", ".join(map(_said, versions)) or "an empty history"
