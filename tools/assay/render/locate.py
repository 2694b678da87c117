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
from functools import lru_cache

from msgspec import Struct

from assay.model import Span
from assay.render.literals import Char, Text, read_literal

_PERCENT = re.compile(r"%(?:\((\w+)\))?[#0\- +]*[\d*]*(?:\.[\d*]+)?([a-zA-Z%])")
_BRACE = re.compile(r"\{\{|\}\}|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_WORTH_A_LOOK = 12
"""Characters that a hole's own text must have to be looked for in the file: a name is not SQL."""
_MOST_NESTED = 4
"""How deep a hole's own text is looked up in other templates."""


class Template(Struct, frozen=True):
    """A string of the file, without its white space."""

    text: Text
    constants: tuple[str, ...]
    """Its parts as plain text."""
    first_line: int
    last_line: int

    @property
    def size(self) -> int:
        """How many characters of it are constant."""
        return sum(map(len, self.constants))


@lru_cache(maxsize=8)
def source_map(text: str) -> SourceMap:
    """The strings of the revision file with this text, which each of its directions asks for."""
    return SourceMap(text)


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
        return self._lay_out(best[1], best[2], text, within, line, depth)

    def _lay_out(
        self, template: Template, starts: list[int], text: str, within: tuple[int, int], line: int, depth: int
    ) -> dict[int, Char]:
        """Where each character of `text` stands, given where the template's parts start in it."""
        places: dict[int, Char] = {}
        end = 0
        for n, (part, start) in enumerate(zip(template.text.parts, starts, strict=True)):
            if start > end:
                hole = template.text.holes[n - 1]
                places.update(dict.fromkeys(range(end, start), hole))
                if start - end >= _WORTH_A_LOOK and depth < _MOST_NESTED:
                    inner = self._fit(text[end:start], within, line, depth + 1)
                    places.update({end + n: char for n, char in inner.items()})
            places.update({start + n: char for n, char in enumerate(part)})
            end = start + len(part)
        return places


def part_of(text: str, sql: str, start: int, whole: tuple[Span, ...] | None, line: int) -> tuple[Span, ...]:
    """The part of `whole` (the spans of `text`) that `sql`, which starts at index `start` of it, has."""
    count = sql.count("\n") + 1
    if whole is None:
        return tuple(Span(line) for _ in range(count))
    first = text.count("\n", 0, start)
    spans = list(whole[first : first + count])
    indent = start - (text.rfind("\n", 0, start) + 1)
    if spans[0].column is not None:
        spans[0] = Span(spans[0].line, spans[0].column + indent)
    return tuple(spans)


def line_of(spans: tuple[Span, ...], line: int) -> int:
    """Where one of several statements in a text begins; `line`, that of the text, where it is not told."""
    return spans[0].line if spans and spans[0].column is not None else line


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
    parts = template.constants
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
    nodes = list(ast.walk(tree))
    apart = {id(value) for node in nodes if isinstance(node, ast.JoinedStr) for value in node.values}
    apart |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # docstrings reach nobody
    for node in nodes:
        if id(node) not in apart and isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp)):
            string = _read(node, lines)
            if string is not None:
                yield from _variants(string, node)


def _variants(string: Text, node: ast.expr) -> Iterator[Template]:
    """The string as it stands, and as `.format()` and `%` would read it."""
    yield _template(string, node)
    whole = "".join(char.text for part in string.parts for char in part)
    for pattern, mark in ((_BRACE, "{"), (_PERCENT, "%")):
        if mark in whole:
            yield _template(_cut(string, pattern), node)


def _template(string: Text, node: ast.expr) -> Template:
    solid = [[char for char in part if _counts(char.text)] for part in string.parts]
    while solid[-1] and solid[-1][-1].text == ";":
        solid[-1].pop()
    constants = tuple("".join(char.text for char in part) for part in solid)
    return Template(Text(solid, string.holes), constants, node.lineno, node.end_lineno or node.lineno)


def _cut(string: Text, pattern: re.Pattern[str]) -> Text:
    """`string` with a hole for each placeholder; doubled marks (`%%`, `{{`) stay as one."""
    pieces: list[list[Char]] = []
    holes: list[Char] = []
    for n, part in enumerate(string.parts):
        holes.extend(string.holes[n - 1 : n] if n else [])
        pieces.append([])
        position = 0
        for match in pattern.finditer("".join(char.text for char in part)):
            pieces[-1].extend(part[position : match.start()])
            if match.group() in ("{{", "}}", "%%"):
                pieces[-1].append(part[match.start()])
            else:
                holes.append(part[match.start()])
                pieces.append([])
            position = match.end()
        pieces[-1].extend(part[position:])
    return Text(pieces, holes)


def _read(node: ast.expr, lines: list[str]) -> Text | None:
    """The pieces of a string expression, or None where it is not one."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return read_literal(node, lines)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _read(node.left, lines), _read(node.right, lines)
        if left is not None or right is not None:
            return _joined(left or _hole(node.left), right or _hole(node.right))
    return None


def _joined(left: Text, right: Text) -> Text:
    parts = [*left.parts[:-1], left.parts[-1] + right.parts[0], *right.parts[1:]]
    return Text(parts, left.holes + right.holes)


def _hole(node: ast.expr) -> Text:
    return Text([[], []], [Char("", node.lineno, node.col_offset)])
