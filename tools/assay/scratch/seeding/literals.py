"""What stands in an expression as PostgreSQL deparses it: literals, column names, `VALUE`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_TOKEN = re.compile(
    r"""E'(?P<escaped>(?:\\.|''|[^'\\])*)' | '(?P<string>(?:''|[^'])*)' | "(?P<quoted>(?:""|[^"])+)"
      | (?P<number>(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?) | (?P<word>[^\W\d][\w$]*) | .""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_OID = re.compile(r"'\d+'::oid\b")
"""In the bound of a hash partition: another one in every database."""
MOST = 200
"""Literals taken from one expression."""


def strings(expression: str) -> list[str]:
    """The string literals, in order; elements of array literals one by one, too."""
    found: list[str] = []
    for token in _TOKEN.finditer(expression):
        text = _text(token)
        if text is not None:
            found.append(text)
            if text.startswith("{") and text.endswith("}"):
                found += [part.strip('"') for part in text[1:-1].split(",")]
    return found[:MOST]


def numbers(expression: str) -> list[str]:
    """The numbers, in order, with the sign that stands before them or inside their quotes; no oids."""
    found = []
    before = ""
    for token in _TOKEN.finditer(_OID.sub("", expression)):
        text = token["number"] or _text(token) or ""
        if re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text):
            found.append(f"-{text}" if before == "-" and text == token["number"] else text)
        before = token.group().strip() or before
    return found[:MOST]


def patterns(expression: str) -> Iterator[tuple[str, str]]:
    """Each operator of matching (`~`, `~*`, `~~`, `~~*`) with the pattern on its right."""
    for match in re.finditer(r"(?<![!~*<>=@])(~~?\*?) \(?'((?:''|[^'])*)'", expression):
        yield match[1], match[2].replace("''", "'")


def mentioned(expression: str, columns: Collection[str]) -> frozenset[str]:
    """Those of `columns` whose names stand in the expression."""
    names = {(t["quoted"] or "").replace('""', '"') or t["word"] for t in _TOKEN.finditer(expression)}
    return frozenset(names & set(columns))


def with_value(expression: str, column: str) -> str:
    """A domain's condition about `VALUE` as one about a column."""
    name = identifier(column)
    return "".join(
        name if token["word"] == "VALUE" else token.group() for token in _TOKEN.finditer(expression)
    )


def identifier(name: str) -> str:
    """`name` quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """`value` as a literal without a type; needs standard_conforming_strings."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def _text(token: re.Match[str]) -> str | None:
    if token["string"] is not None:
        return token["string"].replace("''", "'")
    if token["escaped"] is not None:
        return re.sub(r"\\(.)", r"\1", token["escaped"].replace("''", "'"))
    return None
