"""A plan as a person reads it: on a terminal, and in the summary of a workflow. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assay._clean import clean
from assay.promote import Plan, PlanRevision, Seal, Segment, as_sql
from assay.promote.position import told
from assay.review.markdown.escape import code, details, fence, text

LIMIT = 900_000
"""Characters; a step's summary may have 1 MiB (docs.github.com, "Job summaries")."""


def lines(plan: Plan, seal: Seal | None = None) -> Iterator[str]:
    """The plan, then its SQL."""
    yield clean(f"Plan {plan.short}: {_headline(plan)}")
    yield from (clean(f"  {line}") for line in _facts(plan, seal))
    yield from (clean(f"  LOSES the values of {name}") for name in plan.loses)
    for revision in plan.revisions:
        yield ""
        yield clean(f"{revision.id} {revision.message} ({revision.path})")
        yield from (clean(f"  {line}") for line in _asked(revision))
        for number, segment in enumerate(revision.segments, 1):
            yield clean(f"  {number}. {_segment(segment)}")
            yield from (clean(f"     {line}") for line in _locks(segment))
    yield ""
    yield from (clean(line.expandtabs(4)) for line in as_sql(plan).rstrip("\n").split("\n"))


def markdown(plan: Plan, seal: Seal | None = None, limit: int = LIMIT) -> str:
    """The same for GitHub; what does not fit is in the artifact."""
    top = [f"## Plan {code(plan.short)}: {text(_headline(plan))}", _list(map(text, _facts(plan, seal)))]
    if plan.loses:
        top.append("**Loses the values of** " + ", ".join(map(code, plan.loses)))
    whole = "\n\n".join([*top, *map(_revision, plan.revisions)])
    sql = as_sql(plan).rstrip("\n")
    block = details("The SQL", fence("sql", sql))
    if len(whole) + len(block) > limit:
        block = f"The SQL does not fit here ({len(sql):,} characters): it is in the artifact, `plan.sql`."
        whole = whole if len(whole) < limit else "\n\n".join(top)
    return f"{whole}\n\n{block}\n"


def _revision(revision: PlanRevision) -> str:
    parts = [f"### {code(revision.id)} {text(revision.message)}", _list(map(text, _asked(revision)))]
    told_ = []
    for number, segment in enumerate(revision.segments, 1):
        told_.append(f"{number}. {text(_segment(segment))}")
        if segment.unproven:
            told_.append(f"   - its locks are not all known: {text(segment.unproven)}")
        for lock in segment.locks:
            why = f": {text(lock.why)}" if lock.why else ""
            told_.append(f"   - {code(lock.mode)} on {code(lock.relation)}{why}")
    return "\n\n".join(part for part in [*parts, "\n".join(told_)] if part)


def _list(lines_: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines_)


def _headline(plan: Plan) -> str:
    first, last = plan.revisions[0], plan.revisions[-1]
    count, statements = len(plan.revisions), sum(revision.statement_count for revision in plan.revisions)
    return (
        f"{plan.direction} {plan.environment} from {told(first.versions_before)} to"
        f" {told(last.versions_after)}, {count} revision{'' if count == 1 else 's'},"
        f" {statements} statement{'' if statements == 1 else 's'}"
    )


def _facts(plan: Plan, seal: Seal | None) -> Iterator[str]:
    tools = ", ".join(f"{name} {version}" for name, version in sorted(plan.tools.items()))
    yield f"of commit {plan.commit or 'unknown'}, with {tools or 'unknown tools'}"
    if seal is not None:
        by = f" by {seal.actor}" if seal.actor else ""
        yield f"made {seal.created:%Y-%m-%d %H:%M} UTC{by}"
    yield f"checksum {plan.checksum}"
    before, after = plan.revisions[0].fingerprint_before, plan.revisions[-1].fingerprint_after
    yield f"schema {before[:12]} before, {after[:12]} afterwards"
    yield from (f"leaves the {each.kind} {each.name} invalid, on purpose" for each in plan.unfinished)


def _asked(revision: PlanRevision) -> Iterator[str]:
    for question in revision.questions:
        yield f"asked of the data before: {question.title}? Expected: {question.expected}."


def _segment(segment: Segment) -> str:
    count = len(segment.statements)
    said = "one statement outside a transaction" if segment.outside else "one transaction"
    if not segment.outside:
        said += f", {count} statement{'' if count == 1 else 's'}"
    return said if segment.seconds is None else f"{said}, about {segment.seconds:g} s"


def _locks(segment: Segment) -> Iterator[str]:
    if segment.unproven:
        yield f"its locks are not all known: {segment.unproven}"
    for lock in segment.locks:
        yield f"{lock.mode} on {lock.relation}" + (f": {lock.why}" if lock.why else "")
