"""SQL in colours, as short as HTML can be: 200 revisions hold thousands of statements.

`<b>` is a keyword, `<var>` a type, `<i>` a string, `<u>` a number, `<em>` a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from html import escape
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from typing import Any

from markupsafe import Markup

from assay.review.compared import compared
from assay.review.html.shown import shown

STATEMENT_CHARACTERS = 20_000
"""Of one statement; the rest is in the JSON document. 20,000 characters are some 300 lines."""

ALL_CHARACTERS = 2_000_000
"""Of all statements together: what a browser opens in about a second."""

LEAST_CHARACTERS = 200
"""Of each statement, however many there are."""

_TAGS = (
    ("Token.Keyword", "b"),
    ("Token.Name.Builtin", "var"),
    ("Token.Literal.String", "i"),
    ("Token.Literal.Number", "u"),
    ("Token.Comment", "em"),
)


def fair_limit(lengths: Iterable[int], most: int = STATEMENT_CHARACTERS, total: int = ALL_CHARACTERS) -> int:
    """How many characters each text may have so that all fit: the long ones are cut first."""
    left, ordered = total, sorted(lengths)
    for n, length in enumerate(ordered):
        share = left // (len(ordered) - n)
        if length > share:
            return max(min(share, most), LEAST_CHARACTERS)
        left -= length
    return most


def highlight(sql: str, limit: int = STATEMENT_CHARACTERS) -> Markup:
    """The SQL with its words marked, cut at `limit` characters."""
    return _marked(shown(sql[:limit]))


def numbered(sql: str, lines: Sequence[int], limit: int = STATEMENT_CHARACTERS) -> Markup:
    """The SQL with the lines of the revision file that its own lines come from, where they change."""
    rows = str(highlight(sql, limit)).split("\n")
    return Markup("\n".join(_behind(row, n, lines) for n, row in enumerate(rows)))  # noqa: S704


def compared_lines(before: str, after: str, limit: int = STATEMENT_CHARACTERS) -> Markup:
    """The lines of an edited definition, those that went and came marked; cut at `limit` characters."""
    tags = {"-": "del", "+": "ins"}
    rows = []
    for sign, line in compared(before[:limit], after[:limit]):
        text = escape(shown(f"{sign} {line}" if sign != "@" else f"@{line}"), quote=False)
        rows.append(f"<{tags[sign]}>{text}</{tags[sign]}>" if sign in tags else text)
    return Markup("\n".join(rows))  # noqa: S704 (escaped)


def _behind(row: str, n: int, lines: Sequence[int]) -> str:
    if n >= len(lines) or (n and lines[n] == lines[n - 1]):
        return row
    return f"<span data-n={int(lines[n])}></span>{row}"


@lru_cache(maxsize=4096)
def _marked(text: str) -> Markup:
    return Markup("".join(_pieces(text, _lexer())).replace("</b> <b>", " "))  # noqa: S704 (escaped pieces)


def _pieces(text: str, lexer: Any) -> Iterator[str]:
    """An element does not go past the end of a line: each line stands on its own."""
    tokens = ((_tag(kind), piece) for _, kind, piece in lexer.get_tokens_unprocessed(text))
    for tag, run in groupby(tokens, key=itemgetter(0)):
        piece = escape("".join(text for _, text in run), quote=False)
        if tag is None:
            yield piece
        else:
            yield "\n".join(f"<{tag}>{part}</{tag}>" if part else "" for part in piece.split("\n"))


@cache
def _tag(kind: object) -> str | None:
    return next((tag for token, tag in _TAGS if str(kind).startswith(token)), None)


@cache
def _lexer() -> Any:
    return import_module("pygments.lexers.sql").PostgresLexer(stripnl=False, ensurenl=False)


@lru_cache(maxsize=512)
def python(text: str) -> Markup:
    """Python with its words marked."""
    lexer = import_module("pygments.lexers.python").PythonLexer(stripnl=False, ensurenl=False)
    return Markup("".join(_pieces(shown(text[:STATEMENT_CHARACTERS]), lexer)))  # noqa: S704
