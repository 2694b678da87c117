"""PostgreSQL's own grammar (libpg_query), asked for the nodes and tokens of a text."""

from __future__ import annotations

import re
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
    reserved: bool = False
    """A word that stands for itself only in double quotes."""


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
        Token(
            name(each.token),
            raw[each.start : each.end].decode(errors="replace"),
            each.start,
            each.end,
            reserved=each.keyword_kind > _UNRESERVED,
        )
        for each in found
    ]


_UNRESERVED = 1
"""`KeywordKind` in libpg_query's pg_query.proto: 0 none, 1 unreserved, and then those that need quotes."""


def quoted(name: str) -> str:
    """An identifier as SQL has to write it."""
    words = tokens(name) if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else []
    if len(words) == 1 and not words[0].reserved:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string constant."""
    quotes = "'" + text.replace("'", "''") + "'"
    return quotes if "\\" not in text else "E" + quotes.replace("\\", "\\\\")


def _grammar() -> Any:
    return import_module("postgast.pg_query_pb2")  # its type stub cannot be read by mypy
