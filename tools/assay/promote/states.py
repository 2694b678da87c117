"""Every state of the schema that a plan goes through."""

from __future__ import annotations

from collections.abc import Iterable

from assay.catalog import Catalog, Key, Object
from assay.catalog.document import ObjectDocument, key_document, key_of, object_document, object_of
from assay.promote.model import Plan, SchemaDelta, Unfinished

_UNFINISHED = {"index": ("invalid", "not_ready"), "constraint": ("not_valid", "invalid"),
               "column": ("not_null_not_valid",)}  # fmt: skip
"""Attributes that say of an object of such a kind that it is not finished."""


class States:
    """The catalogs before, between and after a plan's segments."""

    def __init__(self, plan: Plan) -> None:
        objects = {key_of(document): object_of(document) for document in plan.catalog}
        self._states = [[Catalog(objects.values())]]
        for revision in plan.revisions:
            later = []
            for segment in revision.segments:
                objects = {**objects, **{key_of(d): object_of(d) for d in segment.delta.there}}
                for gone in segment.delta.gone:
                    objects.pop(key_of(gone), None)
                later.append(Catalog(objects.values()))
            self._states.append(later)

    def before(self, revision: int, segment: int) -> Catalog:
        """The schema before a segment; both are counted from 0, `revision` to one past the last."""
        return self._states[revision][-1] if segment == 0 else self._states[revision + 1][segment - 1]

    def after(self, revision: int, segment: int) -> Catalog:
        """The schema after it."""
        return self._states[revision + 1][segment]

    @property
    def last(self) -> Catalog:
        """The schema after the plan."""
        return self._states[-1][-1]


def documents(catalog: Catalog) -> tuple[ObjectDocument, ...]:
    """A catalog as a plan tells it: without what differs from server to server (an extension's version)."""
    return tuple(object_document(_portable(item)) for item in catalog.values())


def delta(before: Catalog, after: Catalog) -> SchemaDelta:
    """What has to be done to the one to have the other."""
    changed = [item for key, item in after.items() if before.get(key) != item]
    return SchemaDelta(
        gone=tuple(key_document(key) for key in before if key not in after),
        there=tuple(object_document(_portable(item)) for item in changed),
    )


def unfinished(catalog: Catalog) -> tuple[Unfinished, ...]:
    """The invalid indexes and what is not validated, sorted."""
    return tuple(Unfinished(kind=key.kind, name=key.path) for key in unfinished_keys(catalog))  # type: ignore[arg-type]


def unfinished_keys(catalog: Catalog) -> Iterable[Key]:
    """Their keys."""
    return [k for k, o in catalog.items() if any(o.get(name) for name in _UNFINISHED.get(k.kind, ()))]


def _portable(item: Object) -> Object:
    position = {name: value for name, value in item.recorded.items() if name == "position"}
    return Object(item.key, item.attributes, position)
