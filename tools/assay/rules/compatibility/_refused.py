"""What the constraints of a table refuse, and whether it is nothing more than others refuse already."""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Object
from assay.preflight import Constraint, Index, constraint, index
from assay.rules.compatibility._conditions import Condition, condition


def is_refused(item: Object, known: list[Object]) -> bool:
    """Whether what is known of a table refuses all that `item` refuses."""
    if item.key.kind == "column":
        return _are_required({item.key.name}, known)
    if any(_is_alike(item, each) for each in known):
        return True
    parts = constraint(item.text("definition")) if item.key.kind == "constraint" else None
    if parts is not None and parts.kind == "check":
        return _is_implied(parts.expression, known)
    if parts is not None and parts.kind == "foreign key":
        return any(_points_alike(parts, each) for each in _constraints(known))
    if parts is not None and parts.kind == "exclude":
        return False
    new = index(item.text("definition"))
    return new is not None and any(_is_as_unique(old, new) for old in _unique(known))


def _is_alike(item: Object, other: Object) -> bool:
    alike = item.key.kind == other.key.kind and item.get("definition") == other.get("definition")
    return alike and item.get("unique") == other.get("unique") and not other.get("not_enforced")


def _are_required(columns: set[str], known: list[Object]) -> bool:
    """Whether NULL in each of the columns is refused already, by NOT NULL or by a CHECK."""
    required = {each.key.name for each in known if each.key.kind == "column" and each.get("not_null")}
    return columns <= required.union(*(each.required for each in _conditions(known)))


def _is_implied(expression: str, known: list[Object]) -> bool:
    """Whether a row that passes all that is known certainly passes the expression."""
    new = condition(expression)
    if new is None or not _are_required(new.required, known):
        return False
    parts = [part for each in _conditions(known) for part in each.parts]
    return all(part.required or any(each.implies(part) for each in parts) for part in new.parts)


def _conditions(known: list[Object]) -> Iterator[Condition]:
    for each in _constraints(known):
        found = condition(each.expression) if each.kind == "check" else None
        if found is not None:
            yield found


def _constraints(known: list[Object]) -> Iterator[Constraint]:
    """Those that count, valid or not: new rows obey all of them."""
    for each in known:
        found = constraint(each.text("definition")) if each.key.kind == "constraint" else None
        if found is not None and not each.get("not_enforced"):
            yield found


def _points_alike(new: Constraint, old: Constraint) -> bool:
    def end(key: Constraint) -> tuple[object, ...]:
        pairs = sorted(zip(key.columns, key.referenced_columns, strict=False))
        return key.kind, key.referenced_schema, key.referenced, pairs, key.match_full

    return end(new) == end(old)


def _unique(known: list[Object]) -> Iterator[Index]:
    for each in known:
        definition = each.text("definition")
        own = each.key.kind == "constraint" and definition.startswith(("PRIMARY KEY", "UNIQUE"))
        found = index(definition) if own or each.get("unique") else None
        if found is not None and not each.get("invalid"):
            yield found


def _is_as_unique(old: Index, new: Index) -> bool:
    """Whether two rows that are alike for the new index are alike for the old one, which refuses them."""
    alike = set(old.expressions) <= set(new.expressions) and old.where in ("", new.where)
    return alike and (old.nulls_not_distinct or not new.nulls_not_distinct)


def columns_of(item: Object, parts: Constraint | None) -> list[str]:
    """The columns that it is about; none where an expression hides them."""
    if item.key.kind == "column":
        return [item.key.name]
    if parts is not None and parts.kind == "check":
        found = condition(parts.expression)
        return sorted(found.columns) if found is not None else []
    if parts is not None:
        return list(parts.columns)
    names = index(item.text("definition"))
    columns = names.columns if names is not None else ()
    return [name for name in columns if name is not None] if all(columns) else []
