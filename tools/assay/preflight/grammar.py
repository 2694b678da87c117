"""PostgreSQL's own grammar (libpg_query), asked for the nodes and tokens of a text."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple


class Token(NamedTuple):
    """A word or sign of a text."""

    kind: str
    """`IDENT`, `SCONST`, `TYPECAST` …, as PostgreSQL's scanner calls it."""
    text: str
    start: int
    """Index in the text's UTF-8 bytes."""
    end: int


def nodes(sql: str | Any, kind: str) -> list[Any]:
    """The nodes of one kind (`Constraint`) in a text or below a node; none where it cannot be parsed."""
    import postgast

    try:
        tree = postgast.parse(sql) if isinstance(sql, str) else sql
    except postgast.PgQueryError:
        return []
    return list(postgast.find_nodes(tree, getattr(_grammar(), kind)))


def enum_name(enum: str, value: int) -> str:
    """`CONSTR_CHECK` for a value of `ConstrType`."""
    return str(getattr(_grammar(), enum).Name(value))


def tokens(sql: str) -> list[Token]:
    """The tokens of a text, comments among them; none where it cannot be scanned."""
    import postgast

    try:
        found = postgast.scan(sql).tokens
    except postgast.PgQueryError:
        return []
    raw, name = sql.encode(), _grammar().Token.Name
    return [
        Token(name(each.token), raw[each.start : each.end].decode(errors="replace"), each.start, each.end)
        for each in found
    ]


def _grammar() -> Any:
    return import_module("postgast.pg_query_pb2")  # its type stub cannot be read by mypy
