"""Which values another type, or a domain that is made stricter, does not take."""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Key, Object
from assay.preflight.asker import Asked, Asker, shown
from assay.preflight.definition import Constraint
from assay.preflight.domains import base_type, checks_of, domains_of, with_value
from assay.preflight.grammar import enum_name, literal, nodes, quoted
from assay.preflight.model import Unasked
from assay.preflight.types import refused

Wrong = tuple[str, str]
"""Values that are refused: in words, behind "holds values", and as a condition."""


def about_type(asker: Asker, before: Object, after: Object) -> Iterator[Asked]:
    """Whether every value of the column can be one of its new type."""
    key, new = before.key, after.text("type")
    column = f"{shown(after.key)}.{after.key.name}"
    title = f"{column} holds values that {new} does not take"
    there = asker.named(title, key.schema, key.parent, (key.name,))
    if there is None or isinstance(there, Unasked):
        yield from [there] if there is not None else []
        return
    home, (name,) = there
    wrong = list(_wrong(asker, name, before.text("type"), new))
    if wrong and not _casts_plainly(asker.traced.statement.sql, key.name):
        yield asker.unasked(title, "its USING expression decides which values it takes")
        return
    for said, condition in wrong:
        yield asker.counted(f"{column} holds {said}", f"FROM {home} WHERE {condition}")


def about_domain(asker: Asker, before: Object, after: Object) -> Iterator[Asked]:
    """SET NOT NULL."""
    if not after.get("not_null") or before.get("not_null"):
        return
    for column in _columns(asker, after.key):
        domains = domains_of(asker.state.objects, column.text("type"))
        if not any(each.get("not_null") for each in (column, *domains)):
            title = f"{shown(column.key)}.{column.key.name} holds NULL, which {after.key.path} is to forbid"
            yield from _of_column(asker, column, title, "{} IS NULL")


def about_domain_check(asker: Asker, after: Object, parts: Constraint) -> Iterator[Asked]:
    """A check that a domain gets, or that is validated."""
    domain = Key("domain", after.key.schema, after.key.parent)
    why = asker.state.made_in(parts.expression)
    for column in _columns(asker, domain):
        kind = base_type(asker.state.objects, column.text("type"))
        title = (
            f"{shown(column.key)}.{column.key.name} holds values that break {after.key.name} of {domain.path}"
        )
        condition = f"NOT {with_value(parts.expression, f'({{}})::{kind}')}"
        yield from [asker.unasked(title, why)] if why else _of_column(asker, column, title, condition)


def _columns(asker: Asker, domain: Key) -> Iterator[Object]:
    """Columns of production's tables whose type is the domain, or a domain over it; a partition's with its
    table's."""
    for key, item in list(asker.state.objects.items()):
        if key.kind != "column" or asker.state.table(key.schema, key.parent) is None:
            continue
        home = asker.state.relation(key.schema, key.parent)
        parted = home is not None and home.get("partition_of") is not None
        kinds = domains_of(asker.state.objects, item.text("type"))
        if not parted and any(each.key == domain for each in kinds):
            yield item


def _of_column(asker: Asker, column: Object, title: str, condition: str) -> Iterator[Asked]:
    key = column.key
    there = asker.named(title, key.schema, key.parent, (key.name,))
    if isinstance(there, Unasked):
        yield there
    elif there is not None:
        home, (name,) = there
        yield asker.counted(title, f"FROM {home} WHERE {condition.replace('{}', name)}")


def _wrong(asker: Asker, column: str, old: str, new: str) -> Iterator[Wrong]:
    """What a cast of the column refuses: first by the type below all domains, then by each of those."""
    objects = asker.state.objects
    before, after = base_type(objects, old), base_type(objects, new)
    basic = _basic(asker, column, before, after)
    if basic is not None:
        yield f"values {basic[0]}", basic[1]
    known = domains_of(objects, old)
    for domain in domains_of(objects, new):
        if domain in known:
            return
        if domain.get("not_null"):
            yield f"NULL, which {domain.key.path} forbids", f"{column} IS NULL"
        for name, expression in checks_of(objects, domain):
            broken = f"NOT {with_value(expression, f'({column})::{after}')}"
            if basic is not None:
                broken = f"CASE WHEN {basic[1]} THEN false ELSE {broken} END"
            yield f"values that break {name} of {domain.key.path}", broken


def _basic(asker: Asker, column: str, before: str, after: str) -> Wrong | None:
    labels = _labels(asker, after)
    if labels is not None and before != after:
        values = ", ".join(map(literal, labels))
        return f"that are no {after}", f"{column}::text <> ALL (ARRAY[{values}]::text[])"
    return refused(column, before, after)


def _labels(asker: Asker, type_name: str) -> tuple[str, ...] | None:
    """The values of an enum; None for any other type."""
    for key, item in asker.state.objects.items():
        values = item.get("values")
        if key.kind == "type" and isinstance(values, tuple):
            name = f"{quoted(key.schema)}.{quoted(key.name)}"
            if type_name in (name, quoted(key.name)):
                return values
    return None


def _casts_plainly(sql: str, column: str) -> bool:
    """Whether ALTER COLUMN … TYPE has no USING, or one that only casts the column."""
    for command in nodes(sql, "AlterTableCmd"):
        if enum_name("AlterTableType", command.subtype) != "AT_AlterColumnType" or command.name != column:
            continue
        definition = getattr(command, "def").column_def
        if not definition.HasField("raw_default"):
            return True
        value = definition.raw_default
        while value.HasField("type_cast"):
            value = value.type_cast.arg
        return bool(value.HasField("column_ref"))
    return True
