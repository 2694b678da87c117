"""New columns, NOT NULL, and other types."""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Change, Key, Object
from assay.preflight.asker import Asked, Asker, holds, shown
from assay.preflight.domains import base_type, checks_of, domains_of, may_refuse_null, with_value
from assay.preflight.grammar import quoted
from assay.preflight.model import Unasked
from assay.preflight.values import about_type

_GIVEN = ("default", "identity", "generated")


def about_column(asker: Asker, change: Change, after: Object) -> Iterator[Asked]:
    """What rows may refuse of a column that is added or changed."""
    schema, table = after.key.schema, after.key.parent
    if asker.state.table(schema, table) is None:
        return
    if change.before is None:
        yield from _added(asker, after)
        return
    if _is_required(after) and not _is_required(change.before) and not _is_checked(asker, change.before.key):
        yield from nulls(asker, change.before.key, f"{shown(after.key)}.{after.key.name} holds NULL")
    if change.before.get("type") != after.get("type"):
        yield from about_type(asker, change.before, after)


def nulls(asker: Asker, key: Key, title: str) -> Iterator[Asked]:
    """Whether the column holds NULL."""
    column = asker.named(title, key.schema, key.parent, (key.name,))
    if isinstance(column, Unasked):
        yield column
    elif column is not None:
        home, (name,) = column
        yield asker.counted(title, f"FROM {home} WHERE {name} IS NULL")


def _added(asker: Asker, after: Object) -> Iterator[Asked]:
    """Rows that are there get NULL where nothing gives the new column a value."""
    domains = domains_of(asker.state.objects, after.text("type"))
    if any(after.get(attribute) is not None for attribute in _GIVEN) or any(
        d.get("default") for d in domains
    ):
        return
    home = asker.state.table(after.key.schema, after.key.parent)
    start = f"{shown(after.key)} has rows, and the new column {after.key.name}"
    if _is_required(after):
        title = f"{start} is NOT NULL without a default"
        yield asker.query(title, f"SELECT 1 FROM {home} LIMIT 1")  # noqa: S608 - quoted
        return
    for domain in domains:
        if domain.get("not_null"):
            title = f"{start} is of {domain.key.path}, which is NOT NULL, without a default"
            yield asker.query(title, f"SELECT 1 FROM {home} LIMIT 1")  # noqa: S608 - quoted
            return
    kind = base_type(asker.state.objects, after.text("type"))
    for domain in domains:
        for name, expression in checks_of(asker.state.objects, domain):
            if may_refuse_null(expression) and asker.state.made_in(expression) is None:
                title = f"{start} is of {domain.key.path}, whose {name} may refuse NULL, without a default"
                condition = with_value(expression, f"NULL::{kind}")
                yield asker.query(title, f"SELECT 1 FROM {home} WHERE NOT {condition} LIMIT 1")  # noqa: S608


def _is_required(column: Object) -> bool:
    return bool(column.get("not_null")) and not column.get("not_null_not_valid")


def _is_checked(asker: Asker, column: Key) -> bool:
    """Whether a valid CHECK (… IS NOT NULL) has proven it."""
    wanted = f"CHECK (({quoted(column.name)} IS NOT NULL))"
    return any(
        item.text("definition").replace('"', "") == wanted.replace('"', "") and holds(item)
        for key, item in asker.state.objects.items()
        if key.kind == "constraint" and (key.schema, key.parent) == (column.schema, column.parent)
    )
