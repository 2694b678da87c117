"""What a domain demands of values, with all that the domains below it demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.catalog import Key, Object
from assay.preflight.definition import constraint
from assay.preflight.grammar import nodes, quoted, tokens

Objects = Mapping[Key, Object]

_TELLS_NULL = ("NullTest", "BooleanTest", "CoalesceExpr", "CaseExpr", "FuncCall")
"""Nodes of an expression that may be false of NULL; what operators alone make of it is NULL, which passes."""


def domains_of(objects: Objects, type_name: str) -> list[Object]:
    """The domain of that name, then the one it stands on, and so on; none for any other type."""
    found: list[Object] = []
    names = {spelled(key): item for key, item in objects.items() if key.kind == "domain"}
    while (item := names.get(type_name)) is not None and item not in found:
        found.append(item)
        type_name = item.text("type")
    return found


def spelled(key: Key) -> str:
    """The domain as a column's type names it."""
    return f"{quoted(key.schema)}.{quoted(key.name)}"


def base_type(objects: Objects, type_name: str) -> str:
    """The type below all domains."""
    domains = domains_of(objects, type_name)
    return domains[-1].text("type") if domains else type_name


def checks_of(objects: Objects, domain: Object) -> Iterator[tuple[str, str]]:
    """Name and condition (about VALUE) of each check that holds for all of the domain's values."""
    for key, item in objects.items():
        same = (key.schema, key.parent) == (domain.key.schema, domain.key.name)
        parts = constraint(item.text("definition")) if same and key.kind == "constraint" else None
        if parts is not None and parts.kind == "check":
            yield key.name, parts.expression


def with_value(expression: str, value: str) -> str:
    """A domain's check with something in place of VALUE."""
    raw, at, parts = expression.encode(), 0, []
    for token in tokens(expression):
        if token.kind == "VALUE_P":
            parts += [raw[at : token.start].decode(), value]
            at = token.end
    return "".join([*parts, raw[at:].decode()])


def may_refuse_null(expression: str) -> bool:
    """Whether the check may be false where VALUE is NULL."""
    asked = f"SELECT {expression}"
    return any(nodes(asked, kind) for kind in _TELLS_NULL) or "DISTINCT" in expression
