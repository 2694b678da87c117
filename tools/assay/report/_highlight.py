"""SQL in colours, as PostgreSQL reads it."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from assay.report._surface import Piece


def highlight(sql: str) -> list[tuple[Piece, ...]]:
    """The lines of `sql`, which must be clean, in styled pieces."""
    rows: list[list[Piece]] = [[]]
    for kind, text in _lexer().get_tokens(sql):
        style = _style(str(kind))
        for n, part in enumerate(text.split("\n")):
            if n:
                rows.append([])
            if part:
                rows[-1].append((part, style))
    return [tuple(row) for row in rows]


def _style(kind: str) -> str:
    for token, style in (
        ("Token.Keyword", "keyword"),
        ("Token.Name.Builtin", "type"),
        ("Token.Literal.String", "string"),
        ("Token.Literal.Number", "number"),
        ("Token.Comment", "quiet"),
    ):
        if kind.startswith(token):
            return style
    return ""


@cache
def _lexer() -> Any:
    return import_module("pygments.lexers.sql").PostgresLexer(stripnl=False, ensurenl=False)
