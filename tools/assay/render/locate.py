"""Where the text of hand-written SQL stands in the revision file.

Every string in the file is read as a template: constant pieces, and holes where `f"{…}"`, `.format()`,
`%` or `+` put something in. A statement whose text fits a template gets, for each of its own lines, the
file's line and column. White space does not count in the comparison, so `textwrap.dedent`, `strip()` and
Alembic's own tab replacement do not disturb it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assay.model import Span
from assay.render.literals import Char, string_parts

Part = list[Char]
"""A constant piece of a template: its characters with their places, white space left out."""

_PERCENT = re.compile(r"%(?:\((\w+)\))?[#0\- +]*[\d*]*(?:\.[\d*]+)?([a-zA-Z%])")
_BRACE = re.compile(r"\{\{|\}\}|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_MOST_NESTED = 4
"""How deep a hole's own text is looked up in other templates."""


@dataclass(frozen=True)
class Template:
    """A string of the file: constant parts with a hole between each two of them."""

    parts: tuple[Part, ...]
    first_line: int
    last_line: int

    @property
    def size(self) -> int:
        """How many characters of it are constant."""
        return sum(map(len, self.parts))


class SourceMap:
    """The strings of one revision file."""

    def __init__(self, text: str) -> None:
        tree = ast.parse(text)
        self._templates = list(_templates(tree, text))
        self._statements = [
            (node.lineno, node.end_lineno or node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt) and not hasattr(node, "body")
        ]

    def spans(self, sql: str, line: int) -> tuple[Span, ...]:
        """For each line of `sql`, which ran at file line `line`, where it stands in the file."""
        places = self._places(sql, line)
        spans: list[Span] = []
        for row in _rows(sql):
            first = next((n for n in row if not sql[n].isspace()), None)
            char = places.get(first) if first is not None else None
            if char is None:
                near = next((c for n in row if (c := places.get(n))), None)
                spans.append(Span(near.line if near else (spans[-1].line if spans else line)))
            else:
                spans.append(Span(char.line, max(char.column - (first - row.start), 0)))  # type: ignore[operator]
        return tuple(spans)

    def _places(self, sql: str, line: int) -> dict[int, Char]:
        """Index in `sql` → the character of the file that stands there; empty when the text is not found."""
        wanted = [n for n, ch in enumerate(sql) if _counts(ch)]
        while wanted and sql[wanted[-1]] == ";":
            wanted.pop()
        within = self._statement_around(line)
        found = self._fit("".join(sql[n] for n in wanted), within, line, 0)
        return {wanted[n]: char for n, char in found.items()}

    def _statement_around(self, line: int) -> tuple[int, int]:
        around = [s for s in self._statements if s[0] <= line <= s[1]]
        return min(around, key=lambda s: s[1] - s[0], default=(line, line))

    def _fit(self, text: str, within: tuple[int, int], line: int, depth: int) -> dict[int, Char]:
        """The best template for `text` (which has no white space): index in `text` → place."""
        best: tuple[tuple[int, bool, int], Template, list[int]] | None = None
        for template in self._templates:
            starts = _match(template, text)
            if starts is None:
                continue
            here = within[0] <= template.first_line <= within[1]
            if not template.size or (not here and template.size * 2 < len(text)):
                continue
            rank = (template.size, here, -abs(template.first_line - line))
            if best is None or rank > best[0]:
                best = (rank, template, starts)
        if best is None:
            return {}
        places: dict[int, Char] = {}
        end = 0
        for part, start in zip(best[1].parts, best[2], strict=True):
            if start > end and depth < _MOST_NESTED:
                inner = self._fit(text[end:start], within, line, depth + 1)
                places.update({end + n: char for n, char in inner.items()})
            places.update({start + n: char for n, char in enumerate(part)})
            end = start + len(part)
        return places


def _counts(ch: str) -> bool:
    return not ch.isspace() and ch != "\\"


def _rows(sql: str) -> Iterator[range]:
    start = 0
    for row in sql.split("\n"):
        yield range(start, start + len(row))
        start += len(row) + 1


def _match(template: Template, text: str) -> list[int] | None:
    """Where each part starts in `text` if the whole of it fits (as a glob does), else None."""
    starts: list[int] = []
    position = 0
    parts = ["".join(char.text for char in part) for part in template.parts]
    for n, part in enumerate(parts):
        if n == 0:
            start = 0 if text.startswith(part) else -1
        elif n == len(parts) - 1:
            start = len(text) - len(part) if text.endswith(part) else -1
        else:
            start = text.find(part, position)
        if start < position:
            return None
        starts.append(start)
        position = start + len(part)
    return starts if len(parts) > 1 or position == len(text) else None


def _templates(tree: ast.AST, text: str) -> Iterator[Template]:
    lines = [line + "\n" for line in text.split("\n")]
    pieces = {
        id(value) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in node.values
    }
    for node in ast.walk(tree):
        if id(node) not in pieces and isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp)):
            parts = _parts(node, lines)
            if parts is not None:
                yield from _variants(parts, node)


def _variants(parts: list[Part], node: ast.expr) -> Iterator[Template]:
    """The string as it stands, and as `.format()` and `%` would read it."""
    yield _template(parts, node)
    whole = "".join(char.text for part in parts for char in part)
    for pattern, mark in ((_BRACE, "{"), (_PERCENT, "%")):
        if mark in whole:
            pieces = [piece for part in parts for piece in _cut(part, pattern)]
            yield _template(pieces, node)


def _template(parts: list[Part], node: ast.expr) -> Template:
    solid = [[char for char in part if _counts(char.text)] for part in parts]
    while solid[-1] and solid[-1][-1].text == ";":
        solid[-1].pop()
    return Template(tuple(solid), node.lineno, node.end_lineno or node.lineno)


def _cut(part: Part, pattern: re.Pattern[str]) -> list[Part]:
    """`part` without its placeholders: one piece more than there are of them; doubled marks stay as one."""
    pieces: list[Part] = [[]]
    position = 0
    for match in pattern.finditer("".join(char.text for char in part)):
        pieces[-1].extend(part[position : match.start()])
        if match.group() in ("{{", "}}", "%%"):
            pieces[-1].append(part[match.start()])
        else:
            pieces.append([])
        position = match.end()
    pieces[-1].extend(part[position:])
    return pieces


def _parts(node: ast.expr, lines: list[str]) -> list[Part] | None:
    """The constant pieces of a string expression, or None where it is not one."""
    if isinstance(node, ast.Constant):
        return string_parts(node, lines) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return string_parts(node, lines)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _parts(node.left, lines), _parts(node.right, lines)
        if left is None and right is None:
            return None
        left, right = left or [[], []], right or [[], []]
        return [*left[:-1], left[-1] + right[0], *right[1:]]
    return None
