"""Partitions that are attached, or made beside a default one, or detached."""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Change, Key, Object
from assay.preflight.asker import Asked, Asker, holds
from assay.preflight.constraints import orphans, references
from assay.preflight.definition import constraint
from assay.preflight.grammar import nodes
from assay.preflight.partitions import condition
from assay.trace import Traced


def about_partition(asker: Asker, change: Change, after: Object) -> Iterator[Asked]:
    """Rows of the new partition outside its bounds, rows of the default one within them, and rows that refer
    to a partition that goes."""
    if change.before is not None and change.before.get("bound") and not after.get("bound"):
        yield from _referring(asker, change.before)
    parent = _above(asker, after)
    if parent is None or not after.get("bound") or not _is_placed(change):
        return
    key, default = after.key, _default_beside(asker, after)
    title = f"{key.path} has rows outside the bounds that it gets in {parent.key.path}"
    yield from _asked(asker, title, key, after, parent, outside=True)
    if default is not None:
        title = f"{default.key.path} has rows that belong into {key.path}"
        yield from _asked(asker, title, default.key, after, parent, outside=False)
    if asker.state.table(key.schema, key.name) is not None:
        yield from _referencing(asker, key, parent.key)


def is_detached(table: Key | None, traced: Traced) -> bool:
    """Whether the table was a partition until this statement: it keeps what its rows obey already."""
    return any(
        each.name == "partition_of" and each.after is None
        for change in traced.effect.changes
        if change.key == table
        for each in change.attributes
    )


def _above(asker: Asker, partition: Object) -> Object | None:
    """The partitioned table of a partition; None of any other table."""
    text = partition.text("partition_of")
    for node in nodes(f"TABLE {text}", "RangeVar") if text else ():
        return asker.state.relation(node.schemaname or "public", node.relname)
    return None


def _is_placed(change: Change) -> bool:
    """Whether the statement gave the table its bounds."""
    return change.before is None or any(each.name == "bound" for each in change.attributes)


def _default_beside(asker: Asker, partition: Object) -> Object | None:
    return next((each for each in _beside(asker, partition) if each.get("bound") == "DEFAULT"), None)


def _beside(asker: Asker, partition: Object) -> Iterator[Object]:
    """The other partitions of its table."""
    for item in asker.state.objects.values():
        same = item.get("partition_of") == partition.get("partition_of")
        if same and item.key != partition.key and item.get("bound") is not None:
            yield item


def _asked(
    asker: Asker, title: str, home: Key, partition: Object, parent: Object, *, outside: bool
) -> Iterator[Asked]:
    if asker.state.table(home.schema, home.name) is None:
        return
    try:
        wanted = _bounds(asker, partition, parent, above=outside)
    except LookupError as error:
        yield asker.unasked(title, str(error.args[0]))
        return
    asked = asker.rows(title, home.schema, home.name, f"NOT ({wanted})" if outside else wanted)
    yield from [asked] if asked is not None else []


def _bounds(asker: Asker, partition: Object, parent: Object, *, above: bool) -> str:
    """The condition of its bounds, and of those of the tables above."""
    others = [each.text("bound") for each in _beside(asker, partition)]
    name = asker.state.table(parent.key.schema, parent.key.name)
    found = condition(parent.text("partition_key"), partition.text("bound"), name, others)
    higher = _above(asker, parent) if above else None
    return found if higher is None else f"{found} AND {_bounds(asker, parent, higher, above=True)}"


def _referencing(asker: Asker, child: Key, parent: Key) -> Iterator[Asked]:
    """The foreign keys of the partitioned table, which the partition's rows have to obey from now on."""
    items = asker.state.objects.items()
    own = {item.text("definition") for key, item in items if _is_of(key, child) and holds(item)}
    for key, item in items:
        parts = constraint(item.text("definition")) if _is_of(key, parent) else None
        if parts is not None and parts.kind == "foreign key" and item.text("definition") not in own:
            moved = Object(Key("constraint", child.schema, key.name, child.name), item.attributes)
            yield from orphans(asker, moved, parts)


def _referring(asker: Asker, partition: Object) -> Iterator[Asked]:
    """Rows of other tables that foreign keys to the partitioned table have find here: they keep it."""
    parent = _above(asker, partition)
    for item in asker.state.objects.values():
        parts = constraint(item.text("definition")) if item.key.kind == "constraint" else None
        if parts is None or parts.kind != "foreign key" or parent is None or item.get("not_enforced"):
            continue
        if (parts.referenced_schema, parts.referenced) == (parent.key.schema, parent.key.name):
            yield from references(asker, item, parts, partition.key)


def _is_of(key: Key, table: Key) -> bool:
    return key.kind == "constraint" and (key.schema, key.parent) == (table.schema, table.name)
