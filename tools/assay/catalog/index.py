"""Where things stand in a catalog, so that a question about a few of them does not look at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.catalog.model import Key, Object

RELATIONS = frozenset({"table", "foreign table", "view", "materialized view", "sequence"})
"""Kinds of objects that PostgreSQL keeps in pg_class and that stand below nothing."""


class Index:
    """The keys of a catalog's objects, by several of their features. Only to be read."""

    def __init__(self, objects: Mapping[Key, Object]) -> None:
        self.kinds: dict[str, set[Key]] = defaultdict(set)
        self.below: dict[tuple[str, str], set[Key]] = defaultdict(set)
        """By the schema and the name of what they stand below; that name is empty where they stand alone."""
        self.relations: dict[int, Key] = {}
        """The relations, by OID."""
        for key, item in objects.items():
            self._put_in(key, item)

    def changed(self, before: Mapping[Key, Object], gone: Iterable[Key], now: Mapping[Key, Object]) -> Index:
        """The index of what was `before` without `gone` and with `now`; it takes over what stays as it is."""
        later = Index({})
        later.kinds, later.below = self.kinds.copy(), self.below.copy()
        later.relations = self.relations.copy()
        leaving = [*gone, *(key for key in now if key in before)]
        for kind in {key.kind for key in (*leaving, *now)}:
            later.kinds[kind] = later.kinds[kind].copy()
        for place in {(key.schema, key.parent) for key in (*leaving, *now)}:
            later.below[place] = later.below[place].copy()
        for key in leaving:
            later._take_out(key, before[key])
        for key, item in now.items():
            later._put_in(key, item)
        return later

    def _put_in(self, key: Key, item: Object) -> None:
        self.kinds[key.kind].add(key)
        self.below[key.schema, key.parent].add(key)
        if key.kind in RELATIONS and item.id is not None:
            self.relations[item.id[1]] = key

    def _take_out(self, key: Key, item: Object) -> None:
        self.kinds[key.kind].discard(key)
        self.below[key.schema, key.parent].discard(key)
        if key.kind in RELATIONS and item.id is not None and self.relations.get(item.id[1]) == key:
            del self.relations[item.id[1]]
