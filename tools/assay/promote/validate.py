"""Whether a plan agrees with itself: its checksum only says that nobody changed it since it was made."""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import KINDS
from assay.catalog.document import KeyDocument
from assay.promote.model import Plan, PlanRevision
from assay.promote.states import States, unfinished


def complaint(plan: Plan) -> str | None:
    """The first contradiction, as a clause; None where there is none."""
    return next(_complaints(plan), None)


def _complaints(plan: Plan) -> Iterator[str]:
    if strange := {document.kind for document in _objects(plan)} - set(KINDS):
        yield f"`{min(strange)}` is no kind of object"
        return
    yield from _versions(plan)
    for revision in plan.revisions:
        yield from _segments(revision)
        yield from _checksum(plan, revision)
    yield from _fingerprints(plan)


def _objects(plan: Plan) -> Iterator[KeyDocument]:
    yield from plan.catalog
    for revision in plan.revisions:
        for segment in revision.segments:
            yield from (*segment.delta.gone, *segment.delta.there)


def _versions(plan: Plan) -> Iterator[str]:
    states = [plan.revisions[0].versions_before, *(r.versions_after for r in plan.revisions)]
    for earlier, revision in zip(states, plan.revisions, strict=False):
        if revision.versions_before != earlier:
            yield f"revision {revision.id} does not begin where the one before it ends"
    if any(state != tuple(sorted(set(state))) for state in states):
        yield "versions are not sorted"
    if len(set(states)) < len(states):
        yield "the same versions stand before and after"


def _segments(revision: PlanRevision) -> Iterator[str]:
    if revision.segments[-1].outside:
        yield f"revision {revision.id} does not end with a transaction"
    for segment in revision.segments:
        if segment.outside and len(segment.statements) != 1:
            yield f"revision {revision.id} has {len(segment.statements)} statements in one place outside"


def _checksum(plan: Plan, revision: PlanRevision) -> Iterator[str]:
    from assay.promote.plan import sql_checksum

    texts = [[statement.sql for statement in segment.statements] for segment in revision.segments]
    if sql_checksum(plan.direction, texts) != revision.sql_checksum:
        yield f"the SQL of revision {revision.id} does not have its checksum"


def _fingerprints(plan: Plan) -> Iterator[str]:
    states = States(plan)
    for r, revision in enumerate(plan.revisions):
        if states.before(r, 0).fingerprint != revision.fingerprint_before:
            yield f"the schema before revision {revision.id} does not have its fingerprint"
        for s, segment in enumerate(revision.segments):
            if states.after(r, s).fingerprint != segment.fingerprint_after:
                yield f"the schema after part {s + 1} of revision {revision.id} does not have its fingerprint"
    if unfinished(states.last) != plan.unfinished:
        yield "what is left invalid on purpose is not what it announces"
