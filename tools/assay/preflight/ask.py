"""Finds the changes that real data may refuse, and writes the queries that tell."""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Change, Object
from assay.preflight.asker import Asked, Asker, holds
from assay.preflight.attached import about_partition, is_detached
from assay.preflight.columns import about_column
from assay.preflight.constraints import about_constraint
from assay.preflight.model import Query
from assay.preflight.state import State
from assay.preflight.uniques import about_index
from assay.preflight.values import about_domain
from assay.trace import RoundTrip, Tracing


def questions(tracing: Tracing) -> tuple[Asked, ...]:
    """What to ask of the real data before the traced revisions run, and what cannot be asked. Pure.

    The queries are for the schema before the first of them; each is told once, at its first statement.
    """
    state: State | None = None
    found: dict[str, Asked] = {}
    for trip in tracing.trips.values():
        before = trip.upgrade.before
        if before is None:
            continue
        state = state or State(before)
        state.begin(before)
        for asked in _of_revision(trip, state):
            found.setdefault(asked.sql if isinstance(asked, Query) else asked.title, asked)
    return tuple(found.values())


def queries(tracing: Tracing) -> tuple[Query, ...]:
    """The queries among them."""
    return tuple(asked for asked in questions(tracing) if isinstance(asked, Query))


def _of_revision(trip: RoundTrip, state: State) -> Iterator[Asked]:
    for traced in trip.upgrade.traced:
        asker = Asker(trip.upgrade.revision.id, traced, state)
        for change in traced.effect.changes:
            if change.after is not None:
                yield from _about(asker, change, change.after)
        state.ran(traced)


def _about(asker: Asker, change: Change, after: Object) -> Iterator[Asked]:
    kind, before = after.key.kind, change.before
    if is_detached(change.parent, asker.traced):
        return
    if kind == "column":
        yield from about_column(asker, change, after)
    elif kind == "constraint" and holds(after) and not (before and holds(before)):
        yield from about_constraint(asker, after)
    elif kind == "index" and after.get("unique") and before is None:
        yield from about_index(asker, after)
    elif kind in ("table", "foreign table"):
        yield from about_partition(asker, change, after)
    elif kind == "domain" and before is not None:
        yield from about_domain(asker, before, after)
