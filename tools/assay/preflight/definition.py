"""Takes apart what PostgreSQL's deparsers write of constraints and indexes, with its own grammar."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct

from assay.preflight.grammar import enum_name, nodes, quoted, tokens

ConstraintKind = Literal["primary key", "unique", "foreign key", "check", "exclude"]


class Constraint(Struct, frozen=True):
    """A table constraint, as `pg_get_constraintdef` defines it."""

    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    """Names, not quoted; none of a check, and of an exclusion those that are plain columns."""
    referenced_schema: str = "public"
    referenced: str = ""
    """The table that a foreign key points at."""
    referenced_columns: tuple[str, ...] = ()
    match_full: bool = False
    expression: str = ""
    """A check's condition as SQL, in its parentheses."""
    nulls_not_distinct: bool = False
    operators: tuple[str, ...] = ()
    """Of an exclusion, one for each of its columns."""
    where: str = ""
    """An exclusion's predicate."""


class Index(Struct, frozen=True):
    """An index, as `pg_get_indexdef` (behind USING) or a key's definition says it."""

    method: str
    parts: tuple[str, ...]
    """The key, part by part, as SQL: with operator class, collation and order where they are not default."""
    columns: tuple[str | None, ...]
    """The column that each part is, unquoted; None for an expression."""
    included: tuple[str, ...] = ()
    where: str = ""
    """The predicate of a partial index."""
    expressions: tuple[str, ...] = ()
    """What each part indexes, as SQL without operator class and order; columns are quoted as needed."""
    nulls_not_distinct: bool = False
    options: tuple[tuple[str, str], ...] = ()
    """Storage parameters, name and value."""


_KINDS: dict[str, ConstraintKind] = {
    "CONSTR_PRIMARY": "primary key",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_FOREIGN": "foreign key",
    "CONSTR_CHECK": "check",
    "CONSTR_EXCLUSION": "exclude",
}


@lru_cache(maxsize=1024)
def constraint(definition: str) -> Constraint | None:
    """The parts of a constraint's definition; None where the grammar does not know it."""
    node = next(iter(nodes(f"ALTER TABLE t ADD {definition}", "Constraint")), None)
    kind = None if node is None else constraint_kind(node)
    if node is None or kind is None:
        return None
    if kind == "check":
        text = definition.partition("CHECK ")[2].removesuffix(" NO INHERIT")
        return Constraint(kind, expression=text)
    if kind == "foreign key":
        return Constraint(
            kind,
            _names(node.fk_attrs),
            referenced_schema=node.pktable.schemaname or "public",
            referenced=node.pktable.relname,
            referenced_columns=_names(node.pk_attrs),
            match_full=node.fk_matchtype == "f",
        )
    if kind == "exclude":
        return _exclusion(node, definition)
    return Constraint(kind, _names(node.keys), nulls_not_distinct=node.nulls_not_distinct)


@lru_cache(maxsize=1024)
def index(definition: str) -> Index | None:
    """The parts of an index's definition: `btree (a, lower(b)) WHERE (a > 1)`, or that of a key."""
    key = constraint(definition) if definition.startswith(("PRIMARY KEY", "UNIQUE")) else None
    text = definition if key is None else f"btree {definition[definition.index('(') :]}"
    command = f"CREATE INDEX i ON t USING {text}"
    node = next(iter(nodes(command, "IndexStmt")), None)
    if node is None:
        return None
    outer = list(groups(command))
    where = command.partition(" WHERE ")[2] if node.HasField("where_clause") else ""
    return Index(
        node.access_method,
        parts=tuple(outer[0]),
        columns=tuple(element.index_elem.name or None for element in node.index_params),
        included=tuple(e.index_elem.name for e in node.index_including_params),
        where=where,
        expressions=tuple(
            quoted(element.index_elem.name) if element.index_elem.name else _bare(part)
            for element, part in zip(node.index_params, outer[0], strict=True)
        ),
        nulls_not_distinct=node.nulls_not_distinct or (key is not None and key.nulls_not_distinct),
        options=tuple((each.def_elem.defname, _value(each.def_elem.arg)) for each in node.options),
    )


def _value(argument: Any) -> str:
    """A storage parameter's: a string, a number, or a word, which the grammar takes for a type's name."""
    kind = str(argument.WhichOneof("node"))
    found = getattr(argument, kind)
    if kind == "type_name":
        return str(found.names[-1].string.sval)
    return next(str(getattr(found, name)) for name in ("sval", "fval", "ival") if hasattr(found, name))


def constraint_kind(node: Any) -> ConstraintKind | None:
    """What a `Constraint` node is; None for what is no constraint of a table (NOT NULL, a default)."""
    return _KINDS.get(enum_name("ConstrType", node.contype))


def _exclusion(node: Any, definition: str) -> Constraint:
    """Without columns where one of its parts is an expression."""
    pairs = [each.list.items for each in node.exclusions]
    columns = tuple(element.index_elem.name for element, _ in pairs)
    operators = tuple(_operator([part.string.sval for part in name.list.items]) for _, name in pairs)
    where = definition.partition(" WHERE ")[2]
    return Constraint("exclude", columns if all(columns) else (), operators=operators, where=where)


def _operator(parts: list[str]) -> str:
    *schema, name = parts
    return f"OPERATOR({schema[0]}.{name})" if schema else name


def _names(items: Any) -> tuple[str, ...]:
    return tuple(item.string.sval for item in items)


def _bare(part: str) -> str:
    """An indexed expression (a call, or in parentheses) without what follows it."""
    depth, raw = 0, part.encode()
    for token in tokens(part):
        depth += (token.text == "(") - (token.text == ")")
        if token.text == ")" and depth == 0:
            return raw[: token.end].decode()
    return part


def groups(command: str) -> Iterator[list[str]]:
    """The contents of each pair of outer parentheses, split at their commas."""
    raw, depth, start = command.encode(), 0, 0
    found: list[str] = []
    for token in tokens(command):
        depth += (token.text == "(") - (token.text == ")")
        opens, closes = token.text == "(" and depth == 1, token.text == ")" and depth == 0
        if closes or (token.text == "," and depth == 1):
            found.append(raw[start : token.start].decode().strip())
        if opens or closes or (token.text == "," and depth == 1):
            start = token.end
        if closes:
            yield found
            found = []
