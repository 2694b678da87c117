"""Tells the statements of one SQL text apart, with PostgreSQL's own grammar (libpg_query)."""

from __future__ import annotations

import re
from typing import NamedTuple

_BEGIN = re.compile(r"(?:BEGIN|START\s+TRANSACTION)\b", re.IGNORECASE)
_END = re.compile(
    r"(?:COMMIT|END|ROLLBACK|ABORT)\b(?!\s+(?:WORK\s+|TRANSACTION\s+)?TO\b)(?!\s+PREPARED\b)", re.IGNORECASE
)
_COMMENTS = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_REST_OF_LINE = re.compile(r";[ \t]*(?:--[^\n]*)?")


class Piece(NamedTuple):
    """One statement of a text: its SQL, trimmed, and the index in the text where it starts."""

    text: str
    start: int


def split(text: str) -> list[Piece]:
    """The statements of `text` in order; none for a text of nothing but white space and semicolons.

    A text that PostgreSQL's scanner cannot read stays whole. A comment behind a semicolon, on its line,
    stays with the statement before it (sqlfluff's `-- noqa` stands there).
    """
    bare = text.rstrip("; \t\r\n\f\v")
    ends = _ends(bare) if ";" in bare else []
    pieces = []
    start = 0
    for end in [*ends, len(bare)]:
        rest = _REST_OF_LINE.match(bare, end)
        stop = rest.end() if rest and "--" in rest.group() else end
        piece = _trimmed(text, start, stop)
        if piece.text:
            pieces.append(piece)
        start = max(stop, min(end + 1, len(bare)))
    return pieces


def transaction_after(sql: str, in_transaction: bool) -> bool:
    """Whether a transaction is open after `sql` ran, given whether one was open before."""
    comments = _COMMENTS.match(sql)
    start = comments.end() if comments else 0
    if _BEGIN.match(sql, start):
        return True
    return in_transaction and not _END.match(sql, start)


def _trimmed(text: str, start: int, stop: int) -> Piece:
    piece = text[start:stop]
    kept = piece.lstrip("; \t\r\n\f\v")
    return Piece(kept.rstrip(), start + len(piece) - len(kept))


def _ends(text: str) -> list[int]:
    """Indexes of the semicolons between two statements of `text`."""
    import postgast

    for method in ("parser", "scanner"):
        try:
            statements = postgast.split(text, method=method)
        except postgast.PgQueryError:
            continue
        ends = []
        at = 0
        for statement in statements:
            at = text.index(statement, at) + len(statement)
            if at < len(text):
                ends.append(text.index(";", at))
        return ends
    return []
