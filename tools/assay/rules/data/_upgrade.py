"""What an upgrade did to objects that were there before it, and that an application may be using."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.catalog import Catalog, Change, Key, Object
from assay.rules.data._cascade import taken
from assay.rules.data._parsed import set_columns
from assay.rules.data._sources import only_new
from assay.trace import Observation, Relation, Traced

RELATIONS = ("table", "foreign table", "view", "materialized view")
"""Kinds of objects that a query can name in FROM."""


def removed(observation: Observation, *kinds: str) -> Iterator[tuple[Traced, Change]]:
    """What the statements removed by name: busy, and not with its table; what CASCADE took is told apart."""
    for traced in observation.upgrade:
        swept = {change.key for change in taken(traced)}
        for change in traced.effect.changes:
            if change.after is not None or change.key.kind not in kinds or change.implied:
                continue
            if change.key not in swept and in_use(observation, change):
                yield traced, change


def in_use(observation: Observation, change: Change) -> bool:
    """Whether what changed was there before the revision, and an application may be using it."""
    known, item = observation.trip.upgrade.released, change.before
    return known is not None and item is not None and original(known, item) in known


def relation(traced: Traced, home: Key) -> Relation | None:
    """The table (view …) as the statement's locks name it; None where it holds none of that name."""
    return next((lock.relation for lock in traced.effect.locks if lock.relation.name == home.path), None)


def original(before: Mapping[Key, Object], item: Object) -> Key:
    """What the object was called before the revision; a key of nothing where it did not exist."""
    same = before.get(item.key)
    if same is not None and same.id == item.id:
        return item.key
    return next((key for key, each in before.items() if each.id == item.id), Key("", "", ""))


def stands(observation: Observation, key: Key, *kinds: str) -> Object | None:
    """What has this name at the end of the revision, of the key's kind or one of `kinds`."""
    after = observation.trip.upgrade.after
    if after is None:
        return None
    keys = (Key(kind, key.schema, key.name, key.parent) for kind in (key.kind, *kinds))
    return next((after[each] for each in keys if each in after), None)


def gap(observation: Observation, key: Key) -> tuple[Traced, Traced] | None:
    """The statement that takes the name from a relation, and the one that gives it to another, where the
    first is committed before the second runs: what names it fails in between."""
    left: Traced | None = None
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            was = change.before is not None and _is_called(change.before.key, key)
            now = change.after is not None and _is_called(change.after.key, key)
            if was and not now:
                left = traced
            elif now and not was and left is not None:
                if left.transaction != traced.transaction:
                    return left, traced
                left = None
    return None


def _is_called(key: Key, name: Key) -> bool:
    return key.kind in RELATIONS and (key.schema, key.name) == (name.schema, name.name)


def columns(catalog: Catalog | None, table: Key) -> dict[str, Object]:
    """The columns of a table or view by name."""
    items = catalog.below(table) if catalog is not None else []
    return {item.key.name: item for item in items if item.key.kind == "column"}


def comes_back(observation: Observation, table: Key, column: str | None = None) -> bool:
    """Whether the downgrade was seen to fill the column (the table) again, from elsewhere.

    Where that is from something that was there before the upgrade, it is not proven that its values are those
    that were lost: the synthetic rows know nothing of what keeps two columns equal. Where it is from what the
    upgrade itself put aside, it is, and `lost_in_part` tells.
    """
    return is_filled(observation, table, column) and not lost_in_part(observation, table, column)


def lost_in_part(observation: Observation, table: Key, column: str | None = None) -> int:
    """How many values (rows) were gone although the downgrade gave back all that the upgrade put aside."""
    before, down = observation.trip.upgrade.before, observation.trip.downgrade
    gone = [
        lost.rows
        for lost in observation.trip.lost
        if lost.table.replace('"', "") == table.path and (lost.column is None or lost.column == column)
    ]
    if before is None or down is None or not gone or not is_filled(observation, table, column):
        return 0
    filling = [traced.statement.sql for traced in down.traced if fills(traced, table, column)]
    proven = bool(filling) and all(only_new(sql, table, column or "", before) for sql in filling)
    return max(gone) if proven else 0


def is_filled(observation: Observation, table: Key, column: str | None = None) -> bool:
    """Whether the downgrade made the column (the table) again, and wrote values into it."""
    before, down = observation.trip.upgrade.before, observation.trip.downgrade
    key = Key("column", table.schema, column, table.name) if column else table
    item = before.get(key) if before is not None else None
    if item is None or down is None or down.after is None or key not in down.after:
        return False
    if item.get("generated") is not None:
        return True
    if column is None:
        return any(fills(traced, table, None) for traced in down.traced)
    renamed = any(c.key == key and c.action == "renamed" for t in down.traced for c in t.effect.changes)
    return any(fills(traced, table, None if renamed else column) for traced in down.traced)


def fills(traced: Traced, table: Key, column: str | None) -> bool:
    """Whether a statement wrote rows of the table (where its text can be parsed: this column of them)."""
    if not any(w.relation.name == table.path and w.inserted + w.updated for w in traced.effect.written):
        return False
    names = set_columns(traced.statement.sql)
    return column is None or not names or column in names
