"""What a table has to obey as a partition, and did not while it stood alone."""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Change, Key, Object
from assay.preflight import constraint
from assay.preflight.partitions import condition
from assay.rules.availability._work import bare_name, key_of
from assay.trace import Traced


def demands(traced: Traced, change: Change, before: Catalog, after: Catalog) -> Iterator[tuple[Object, str]]:
    """The bounds, as a CHECK of the table, and the foreign keys of the partitioned one, as the table's own;
    each with what a person calls it."""
    item, key = change.after, change.key
    was = before.get(change.before.key) if change.before is not None else None
    bound = any(each.name == "bound" and each.after for each in change.attributes)
    if item is None or key.kind != "table" or not bound or was is None or was.get("bound"):
        return
    parent = after.get(key_of(after, bare_name(item.text("partition_of"))))
    if parent is None:
        return
    if _paths(key, after) & {relation.name for relation in traced.effect.scans}:
        check = {"definition": f"CHECK ({_bounds(item, parent, after)})"}
        yield Object(_of(key, "bounds"), check), f"the bounds that it gets in {parent.key.path}"
    for each in after.below(parent.key):
        parts = constraint(each.text("definition")) if each.key.kind == "constraint" else None
        if parts is not None and parts.kind == "foreign key" and not each.get("not_enforced"):
            said = f"the foreign key {each.key.name} that it gets from {parent.key.path}"
            yield Object(_of(key, each.key.name), each.attributes), said


def _paths(table: Key, after: Catalog) -> set[str]:
    """The table and the partitions below it: PostgreSQL reads them where no CHECK proves the bounds."""
    parts = (item.key for item in after.of_kind("table") if _is_partition(item, table))
    return {table.path}.union(*(_paths(part, after) for part in parts))


def _is_partition(item: Object, table: Key) -> bool:
    return bare_name(item.text("partition_of")) == table.path


def _bounds(partition: Object, parent: Object, after: Catalog) -> str:
    """The condition of the bounds; one that says nothing where it cannot be written."""
    beside = (each for each in after.of_kind("table") if _is_partition(each, parent.key))
    others = [each.text("bound") for each in beside if each.key != partition.key]
    try:
        return condition(parent.text("partition_key"), partition.text("bound"), parent.key.path, others)
    except LookupError:
        return "true"


def _of(table: Key, name: str) -> Key:
    return Key("constraint", table.schema, name, table.name)
