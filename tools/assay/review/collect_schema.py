"""The schema at base and at head: what the trace saw already, else what a scratch server is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from assay.catalog import KINDS, AttributeChange, Catalog, CatalogDiff, Change, as_ddl, diff
from assay.errors import UsageError
from assay.history import Graph, History
from assay.model import Revision
from assay.review.collect_entities import entities
from assay.review.model import Schema, SchemaChange
from assay.trace import Tracing, Wanted, catalog_at

if TYPE_CHECKING:
    from assay.scratch import Databases

Opened = Callable[[], "AbstractContextManager[Databases]"]
"""Gives the databases of a running scratch server."""


@dataclass(frozen=True)
class States:
    """The two catalogs; None where there is none, and why."""

    before: Catalog | None = None
    after: Catalog | None = None
    problem: str | None = None


def schema(history: History, wanted: Wanted, tracing: Tracing | None, opened: Opened) -> Schema:
    """What changed between the schema that the base's own files make and the one that ours make."""
    states = _states(history, wanted, tracing, opened)
    before, after = states.before, states.after
    changes = diff(before, after) if before is not None and after is not None else CatalogDiff(())
    tables, links = entities(before, after, changes) if before is not None and after is not None else ([], [])
    return Schema(
        fingerprint_before=before.fingerprint if before is not None else None,
        fingerprint_after=after.fingerprint if after is not None else None,
        changes=[_told(change) for change in changes.told()],
        tables=tables,
        links=links,
        problem=states.problem,
    )


def _states(history: History, wanted: Wanted, tracing: Tracing | None, opened: Opened) -> States:
    base = history.base.revisions if history.base else {}
    sound = _as_on_base(base, history.revisions)
    if sound and not history.selected:
        return States()  # nothing changed, and nothing runs
    seen = _seen(history, tracing) if sound and tracing is not None else None
    if seen is not None:
        return seen
    with opened() as databases:
        try:
            before = _at(replace(wanted, known=[*base.values()]), databases)
        except UsageError as error:
            return States(problem=f"The base's schema could not be made. {error.message}")
        broken = _broken(tracing)
        if broken is not None:
            return States(before, None, broken)
        try:
            return States(before, _at(wanted, databases))
        except UsageError as error:
            return States(before, None, error.message)


def _at(wanted: Wanted, databases: Databases) -> Catalog:
    """The schema once all that is known has run."""
    return catalog_at(replace(wanted, selected=wanted.known), databases.server, databases)


def _as_on_base(base: Mapping[str, Revision], now: Mapping[str, Revision]) -> bool:
    """Whether every revision of the base is here, with the same text."""
    return all(each in now and _text(now[each]) == _text(revision) for each, revision in base.items())


def _text(revision: Revision) -> bytes:
    return revision.source.replace(b"\r\n", b"\n")


def _seen(history: History, tracing: Tracing) -> States | None:
    """What the trace saw, where it began with the whole base, ran all that is new, and each trip began where
    the one before had been; None where it is less."""
    trips = [tracing.trips.get(revision.id) for revision in history.selected]
    steps = [trip.upgrade for trip in trips if trip is not None]
    if len(steps) != len(trips) or not _runs_base_first(history):
        return None
    states = [(step.before, step.after) for step in steps]
    if any(before is None or after is None for before, after in states):
        return None
    if any(one[1] != other[0] for one, other in pairwise(states)):
        return None
    return States(states[0][0], states[-1][1])


def _runs_base_first(history: History) -> bool:
    """Whether all that is not selected runs, and before the first that is."""
    selected = {revision.id for revision in history.selected}
    order = list(history.revisions)
    first = next(n for n, each in enumerate(order) if each in selected)
    needed = Graph(history.revisions).ancestors(selected)
    return selected.isdisjoint(order[:first]) and selected == set(order[first:]) and needed == set(order)


def _broken(tracing: Tracing | None) -> str | None:
    """Why the head's schema cannot be made, where the trace knows."""
    if tracing is None:
        return None
    for revision, trip in tracing.trips.items():
        if trip.upgrade.error is not None:
            return f"Revision {revision} does not run: {trip.upgrade.error}."
    return None


def _told(change: Change) -> SchemaChange:
    key, before = change.key, change.before
    above = change.parent or (key if KINDS[key.kind].parts else None)
    return SchemaChange(
        kind=key.kind,
        name=key.path,
        table=above.path if above is not None else None,
        mark=change.action,
        renamed_from=before.key.path if change.action == "renamed" and before is not None else None,
        ddl=as_ddl(change),
        ddl_before=_defined_before(change),
    )


def _defined_before(change: Change) -> str | None:
    """The statement that made what is defined by a text of many lines, where that text changed."""
    parts = [part for part in change.told if part.name == "definition"]
    if change.before is None or change.key.kind not in ("view", "function", "procedure"):
        return None
    if not parts or change.action != "changed":
        return None
    undone = tuple(AttributeChange(part.name, part.after, part.before) for part in parts)
    return as_ddl(Change(change.after, change.before, change.parent, undone))
