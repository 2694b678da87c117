"""Rows that are equal where a key or a unique index allows none."""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Object
from assay.preflight.asker import Asked, Asker, shown
from assay.preflight.definition import index
from assay.preflight.model import Query, Unasked


def duplicates(asker: Asker, after: Object, columns: tuple[str, ...], *, nulls: bool) -> Iterator[Asked]:
    """Rows that are equal in columns."""
    title = f"{shown(after.key)} has rows that are equal in {', '.join(columns)}"
    there = asker.named(title, after.key.schema, after.key.parent, columns)
    if there is None or isinstance(there, Unasked):
        yield from [there] if there is not None else []
        return
    home, names = there
    yield _equals(asker, title, home, names, "", nulls=nulls)


def about_index(asker: Asker, after: Object) -> Iterator[Asked]:
    """Rows that a new unique index refuses; of a partition's, those that its table's does not ask about."""
    schema, table = after.key.schema, after.key.parent
    home, parts = asker.state.table(schema, table), index(after.text("definition"))
    if home is None or parts is None or _is_part(asker, after):
        return
    title = f"{shown(after.key)} has rows that are equal in {', '.join(parts.expressions)}"
    if all(parts.columns) and not parts.where:
        columns = tuple(column for column in parts.columns if column)
        yield from duplicates(asker, after, columns, nulls=parts.nulls_not_distinct)
        return
    text = f"({', '.join(parts.expressions)}), {parts.where or 'true'}"
    why = asker.meant(schema, table, text)
    if why is not None:
        yield asker.unasked(title, why)
    else:
        yield _equals(asker, title, home, parts.expressions, parts.where, nulls=parts.nulls_not_distinct)


def _is_part(asker: Asker, index: Object) -> bool:
    """Whether the statement makes the index of the partitioned table as well."""
    above = index.text("partition_of").rpartition(".")[2].strip('"')
    changes = asker.traced.effect.changes
    return bool(above) and any(c.before is None and c.key.name == above for c in changes)


def _equals(
    asker: Asker, title: str, home: str, values: tuple[str, ...], where: str, *, nulls: bool
) -> Query:
    conditions = [] if nulls else [f"{value} IS NOT NULL" for value in values]
    conditions += [where] if where else []
    filtered = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    grouped = f" GROUP BY {', '.join(values)} HAVING count(*) > 1"
    return asker.counted(title, f"FROM {home}{filtered}{grouped}", cheap=False)
