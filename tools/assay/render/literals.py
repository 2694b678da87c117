"""The characters of a Python string literal, each with the place in the file that it came from.

`ast` knows where a literal starts and ends, not where its tenth line is: escapes, implicit concatenation
and the holes of an f-string come between. This reads the literal's own source again.
"""

from __future__ import annotations

import ast
import re
from itertools import count, repeat
from typing import NamedTuple

_OPENING = re.compile(r"(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"\"\"|'''|\"|')")
_PLAIN = re.compile(r"[^\\{}'\"]+")
_ROW = re.compile(r"[^\n]*\n|[^\n]+")  # str.splitlines knows more ends of lines than Python's source
_ESCAPE = re.compile(
    r"\\(?:\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)", re.DOTALL
)


class Char(NamedTuple):
    """One character of a string's value and where it stands: 1-based line, 0-based character column."""

    text: str
    line: int
    column: int


class Text(NamedTuple):
    """A string as the file writes it: constant pieces, and a hole between each two of them."""

    parts: list[list[Char]]
    holes: list[Char]
    """Where each hole stands: one fewer than there are pieces."""


def read_literal(node: ast.expr, lines: list[str]) -> Text:
    """The pieces of the literal `node` (a Constant or JoinedStr) in the file `lines` (line ends kept)."""
    reader = _Reader(node, lines)
    while reader.at < len(reader.source):
        opening = _OPENING.match(reader.source, reader.at)
        if opening:
            reader.literal(opening)
        elif reader.source[reader.at] == "#":
            reader.skip_comment()
        else:
            reader.at += 1
    return Text(reader.parts, reader.holes)


class _Reader:
    def __init__(self, node: ast.expr, lines: list[str]) -> None:
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        start = _characters(lines[first], node.col_offset)
        end = _characters(lines[last], node.end_col_offset or 0)
        text = lines[first : last + 1]
        text[-1] = text[-1][:end]
        self.source = "".join(text)[start:]
        self.at = 0
        self.parts: list[list[Char]] = [[]]
        self.holes: list[Char] = []
        self._starts = [0]
        for line in text[:-1]:
            self._starts.append(self._starts[-1] + len(line) - (start if len(self._starts) == 1 else 0))
        self._first, self._indent = first + 1, start
        self._row = 0

    def literal(self, opening: re.Match[str]) -> None:
        """Read one string token from its opening quote to past its closing one."""
        prefix, quote = opening["prefix"].lower(), opening["quote"]
        self.at = opening.end()
        while self.at < len(self.source) and not self.source.startswith(quote, self.at):
            plain = _PLAIN.match(self.source, self.at)
            if plain:
                self._run(plain.group())
            elif self.source[self.at] == "\\":
                self._escape("r" in prefix)
            elif "f" in prefix and self.source[self.at] in "{}":
                self._brace()
            else:
                self._add(self.source[self.at], 1)
        self.at += len(quote)

    def skip_comment(self) -> None:
        end = self.source.find("\n", self.at)
        self.at = len(self.source) if end < 0 else end

    def _run(self, text: str) -> None:
        """Characters that stand for themselves, of one line or several."""
        line, column = self._place(self.at)
        for row in _ROW.findall(text):
            self.parts[-1] += map(Char, row, repeat(line), count(column))
            line, column = line + 1, 0
        self.at += len(text)

    def _add(self, text: str, width: int) -> None:
        for ch in text:
            self.parts[-1].append(Char(ch, *self._place(self.at)))
        self.at += width

    def _escape(self, raw: bool) -> None:
        if raw:  # a raw string keeps the backslash, and what follows never closes it
            for ch in self.source[self.at : self.at + 2]:
                self._add(ch, 1)
            return
        match = _ESCAPE.match(self.source, self.at)
        assert match is not None
        value = "" if match.group() == "\\\n" else str(ast.literal_eval(f'"""{match.group()}"""'))
        self._add(value, len(match.group()))

    def _brace(self) -> None:
        if self.source.startswith(("{{", "}}"), self.at):
            self._add(self.source[self.at], 2)
            return
        self.holes.append(Char("{", *self._place(self.at)))
        self.at = _past_hole(self.source, self.at)
        self.parts.append([])

    def _place(self, at: int) -> tuple[int, int]:
        while self._row and self._starts[self._row] > at:
            self._row -= 1
        while self._row + 1 < len(self._starts) and self._starts[self._row + 1] <= at:
            self._row += 1
        column = at - self._starts[self._row] + (self._indent if self._row == 0 else 0)
        return self._first + self._row, column


def _past_hole(source: str, at: int) -> int:
    """The index behind the `}` that closes the `{` at `at`; strings in the expression may hold braces."""
    depth = 0
    while at < len(source):
        ch = source[at]
        opening = _OPENING.match(source, at) if ch in "\"'" else None
        if opening:
            at = _past_string(source, opening)
            continue
        depth += (ch in "{[(") - (ch in "}])")
        at += 1
        if depth == 0:
            return at
    return at


def _past_string(source: str, opening: re.Match[str]) -> int:
    quote, at = opening["quote"], opening.end()
    while at < len(source) and not source.startswith(quote, at):
        at += 2 if source[at] == "\\" else 1
    return at + len(quote)


def _characters(line: str, offset: int) -> int:
    """`ast` counts columns in UTF-8 bytes; the character column."""
    return len(line.encode()[:offset].decode())
