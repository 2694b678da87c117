"""Which object of one catalog is which of the other, whatever they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeAlias

from assay.catalog.kinds import KINDS
from assay.catalog.model import Key, Object

Objects: TypeAlias = Mapping[Key, Object]

BY_DEFINITION = ("index", "constraint", "trigger", "policy", "rule", "statistics", "column")
"""Below one table these are the same when their definitions are, and nothing else fits as well."""


def matched(before: Objects, after: Objects, *, one_server: bool) -> dict[Key, Key | None]:
    """The later key of every earlier object; None for those that are gone.

    With `one_server`, PostgreSQL's own numbers tell.
    """
    if one_server:
        pairs = _by_id(before, after)
        _by_name(pairs, before, after)
    else:
        pairs = {}
        _by_name(pairs, before, after)
        _renamed_tables(pairs, before, after)
        _below_renamed(pairs, before, after)
        _renamed_below(pairs, before, after)
    return {key: pairs.get(key) for key in before}


def _by_id(before: Objects, after: Objects) -> dict[Key, Key]:
    """PostgreSQL's own numbers: on one running server none is given twice."""
    later: dict[tuple[object, ...], Key] = {
        (key.kind, item.id): key for key, item in after.items() if item.id is not None
    }
    found = {key: later.get((key.kind, item.id)) for key, item in before.items()}
    return {old: new for old, new in found.items() if new is not None}


def _by_name(pairs: dict[Key, Key], before: Objects, after: Objects) -> None:
    taken = set(pairs.values())
    pairs.update({key: key for key in before if key in after and key not in pairs and key not in taken})


def _left(pairs: dict[Key, Key], before: Objects, after: Objects) -> tuple[list[Object], list[Object]]:
    taken = set(pairs.values())
    gone = [item for key, item in before.items() if key not in pairs]
    return gone, [item for key, item in after.items() if key not in taken]


def _renamed_tables(pairs: dict[Key, Key], before: Objects, after: Objects) -> None:
    """A table with the same columns under another name, if there is one only."""
    gone, new = _left(pairs, before, after)
    columns: dict[int, dict[tuple[str, str], list[Hashable]]] = {}
    for side, items in enumerate((gone, new)):
        columns[side] = defaultdict(list)
        for item in items:
            if item.key.kind == "column":
                columns[side][item.key.schema, item.key.parent].append((item.key.name, _facts(item)))

    def shape(item: Object, side: int) -> Hashable:
        own = columns[side].get((item.key.schema, item.key.name))
        return (item.key.kind, item.key.schema, _facts(item), frozenset(own)) if own else None

    tables = [[item for item in items if KINDS[item.key.kind].parts] for items in (gone, new)]
    _pair(pairs, [(shape(i, 0), i) for i in tables[0]], [(shape(i, 1), i) for i in tables[1]])


def _below_renamed(pairs: dict[Key, Key], before: Objects, after: Objects) -> None:
    """What stands below a renamed table, by its name."""
    moved = {(o.schema, o.name): n for o, n in pairs.items() if o != n and KINDS[o.kind].parts}
    gone, new = _left(pairs, before, after)
    there = {item.key for item in new}
    for item in gone:
        table = moved.get((item.key.schema, item.key.parent)) if item.key.parent else None
        if table is not None:
            key = Key(item.key.kind, table.schema, item.key.name, table.name)
            if key in there:
                pairs[item.key] = key


def _renamed_below(pairs: dict[Key, Key], before: Objects, after: Objects) -> None:
    moved = {(old.schema, old.name): new for old, new in pairs.items() if KINDS[old.kind].parts}
    gone, new = _left(pairs, before, after)

    def shape(item: Object, parents: dict[tuple[str, str], Key]) -> Hashable:
        key = item.key
        if key.kind not in BY_DEFINITION or not item.attributes:
            return None
        place = item.recorded.get("position")
        return key.kind, parents.get((key.schema, key.parent)), _facts(item), place

    now = {(key.schema, key.name): key for key in moved.values()}
    _pair(pairs, [(shape(i, moved), i) for i in gone], [(shape(i, now), i) for i in new])


def _pair(
    pairs: dict[Key, Key], gone: Iterable[tuple[Hashable, Object]], new: Iterable[tuple[Hashable, Object]]
) -> None:
    """Pair those whose shape occurs exactly once on either side."""
    sides: tuple[dict[Hashable, list[Key]], ...] = (defaultdict(list), defaultdict(list))
    for side, items in zip(sides, (gone, new), strict=True):
        for shape, item in items:
            if shape is not None:
                side[shape].append(item.key)
    for shape, keys in sides[0].items():
        if len(keys) == len(sides[1].get(shape, ())) == 1:
            pairs[keys[0]] = sides[1][shape][0]


def _facts(item: Object) -> Hashable:
    return frozenset(item.attributes.items())
