"""Tells whether two statements are the same but for the way they were put into text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from assay.model import Statement
from assay.preflight import tokens

_FRAME = re.compile(
    r"(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SET\s+TRANSACTION)\b", re.IGNORECASE
)
_LOOKS = re.compile(r"(?:SELECT|WITH|SHOW)\b", re.IGNORECASE)

_LITERALS = frozenset(("SCONST", "ICONST", "FCONST", "BCONST", "XCONST", "USCONST", "PARAM", "NULL_P"))
_LITERAL_WORDS = frozenset(("TRUE_P", "FALSE_P"))
_COMMENTS = frozenset(("SQL_COMMENT", "C_COMMENT"))


class Shaped(NamedTuple):
    """A statement and what is left of it without its values."""

    shape: str
    statement: Statement


def shaped(statements: Iterable[Statement]) -> list[Shaped]:
    """What a revision emits, without transaction control and SQLAlchemy's own questions, each repeated
    statement once: rows come in one INSERT or in many."""
    found: list[Shaped] = []
    for statement in statements:
        if _FRAME.match(statement.sql) or (statement.origin == "generated" and _LOOKS.match(statement.sql)):
            continue
        shape = " ".join(statement.sql.split()).rstrip("; ")
        if not found or found[-1].shape != shape:
            found.append(Shaped(shape, statement))
    return found


def first_difference(read: list[Shaped], ran: list[Shaped]) -> tuple[Shaped | None, Shaped | None] | None:
    """The first statement of `read` and of `ran` that differ, None for what is missing; None when alike."""
    if [each.shape for each in read] == [each.shape for each in ran]:
        return None
    read, ran = _by_meaning(read), _by_meaning(ran)
    matcher = SequenceMatcher(None, [s.shape for s in read], [s.shape for s in ran], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            return (read[a] if a < b else None), (ran[c] if c < d else None)
    return None


def _by_meaning(shapes: list[Shaped]) -> list[Shaped]:
    found: list[Shaped] = []
    for each in shapes:
        shape = _meaning(each.statement.sql)
        if not found or found[-1].shape != shape:
            found.append(Shaped(shape, each.statement))
    return found


@lru_cache(maxsize=4096)
def _meaning(sql: str) -> str:
    import postgast

    try:
        return str(postgast.fingerprint(sql.replace("%%", "%")).hex)
    except postgast.PgQueryError:
        return " ".join(_words(sql))


def _words(sql: str) -> list[str]:
    """The tokens of what libpg_query cannot parse (a newer server's syntax), values as question marks."""
    found = []
    for token in tokens(sql):
        if token.kind in _COMMENTS:
            continue
        is_value = token.kind in _LITERALS or token.kind in _LITERAL_WORDS
        found.append("?" if is_value else token.text.lower())
    return found or sql.split()
