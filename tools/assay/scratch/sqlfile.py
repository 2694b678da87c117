"""Reads a file that pg_dump wrote for psql: statements with their lines, COPY's data, psql's commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_TOKEN = re.compile(
    r"""(?P<blank>\s+) | (?P<comment>--[^\n]*) | (?P<block>/\*) | (?P<semicolon>;) | (?P<meta>\\[^\n]*)
      | (?P<quoted>(?<![\w$])E'(?:\\.|''|[^'\\])*' | '(?:''|[^'])*' | "(?:""|[^"])*"
        | (?<![\w$])\$(?P<tag>[^\W\d]\w*)?\$.*?\$(?P=tag)\$ | (?<![\w$])\$\$.*?\$\$)
      | (?P<begin>\bBEGIN\s+ATOMIC\b) | (?P<end>\bEND\b) | (?P<case>\bCASE\b)
      | [\w$]+ | .""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_EDGE = re.compile(r"/\*|\*/")
_COPY = re.compile(r"COPY\b.*\bFROM\s+stdin\b", re.IGNORECASE | re.DOTALL)
_END_OF_DATA = re.compile(r"^\\\.\r?$\n?", re.MULTILINE)


class Piece(Struct, frozen=True):
    """A statement, or a command of psql's (which begins with a backslash)."""

    text: str
    line: int
    """1-based line of the file on which it begins."""
    data: str | None = None
    """What stands between a COPY … FROM stdin and its `\\.`."""


def pieces(script: str) -> Iterator[Piece]:
    """All of the file's, in order; comments between statements are left out."""
    at, start, depth = 0, None, 0
    while at < len(script):
        token = _TOKEN.match(script, at)
        assert token is not None
        end = _end_of_comment(script, at) if token["block"] else token.end()
        outside = start is None
        if token["meta"] and outside:
            yield Piece(token.group().rstrip(), _line(script, at))
        elif token["semicolon"] and not depth:
            if start is not None:
                text = script[start:at]
                if _COPY.match(text):
                    data, end = _copied(script, end)
                    yield Piece(text, _line(script, start), data)
                else:
                    yield Piece(text, _line(script, start))
            start = None
        elif outside and not (token["blank"] or token["comment"] or token["block"]):
            start = at
        depth = _depth(depth, token)
        at = end
    if start is not None:
        yield Piece(script[start:].rstrip(), _line(script, start))


def _depth(depth: int, token: re.Match[str]) -> int:
    """Semicolons inside BEGIN ATOMIC … END, the body of an SQL function, end no statement."""
    if token["begin"] or (depth and token["case"]):
        return depth + 1
    return depth - 1 if depth and token["end"] else depth


def _end_of_comment(script: str, at: int) -> int:
    """Behind the comment that begins at `at`; they nest."""
    depth = 0
    for edge in _EDGE.finditer(script, at):
        depth += 1 if edge.group() == "/*" else -1
        if not depth:
            return edge.end()
    return len(script)


def _copied(script: str, at: int) -> tuple[str, int]:
    """The data that begins on the line after `at`, and where it ends."""
    begin = script.find("\n", at) + 1 or len(script)
    end = _END_OF_DATA.search(script, begin)
    return (script[begin:], len(script)) if end is None else (script[begin : end.start()], end.end())


def _line(script: str, at: int) -> int:
    return script.count("\n", 0, at) + 1
