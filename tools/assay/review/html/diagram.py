"""The entity-relation diagram: changed tables and their neighbours, and foreign keys with crow's feet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.review.html.layers import Box, Layout, laid_out
from assay.review.model import DiagramColumn, DiagramLink, DiagramTable

HEAD, ROW, PAD, CHARACTER = 34, 22, 12, 7.3
"""Pixels: a table's name, a column, the space at the sides, one character of the 12-pixel font."""

MARGIN = 28
COLUMNS_SHOWN = 14
"""Of one table: keys and changed columns come first, what is left out is counted."""

NAME_CHARACTERS, TYPE_CHARACTERS = 34, 26
FOOT = 12
"""Pixels from the box to where a crow's foot meets its line."""


@dataclass(frozen=True)
class Line:
    """One column of a drawn table."""

    column: DiagramColumn
    name: str
    type: str
    key: str
    y: int


@dataclass(frozen=True)
class Table:
    """A drawn table."""

    table: DiagramTable
    name: str
    x: float
    y: float
    width: int
    height: int
    lines: list[Line]
    more: int
    """Columns that are not shown."""


@dataclass(frozen=True)
class Link:
    """A drawn foreign key."""

    link: DiagramLink
    path: str
    feet: str
    """The signs at both ends: how many rows of the one table belong to how many of the other."""
    rings: list[tuple[float, float]]
    """Centres of the small circles that say "or none"."""


@dataclass(frozen=True)
class Diagram:
    """Everything, in pixels."""

    tables: list[Table]
    links: list[Link]
    width: int
    height: int


@dataclass(frozen=True)
class _End:
    """Where a line leaves a box, and to which side: 1 is right."""

    x: float
    y: float
    side: int


def drawn(tables: Sequence[DiagramTable], links: Sequence[DiagramLink]) -> Diagram:
    """The diagram of these tables; links to tables that are not among them are left out."""
    by_name = {table.name: table for table in tables}
    links = [link for link in links if link.child in by_name and link.parent in by_name]
    lines = {name: _lines(table, links) for name, table in by_name.items()}
    sizes = {name: _size(table, lines[name]) for name, table in by_name.items()}
    layout = laid_out(sizes, [(link.parent, link.child) for link in links])
    return Diagram(
        [_table(table, layout.boxes[name], lines[name]) for name, table in by_name.items()],
        [_link(link, layout, lines) for link in links],
        round(layout.width) + 2 * MARGIN + FOOT * 2,
        round(layout.height) + 2 * MARGIN,
    )


def _lines(table: DiagramTable, links: Sequence[DiagramLink]) -> list[Line]:
    """The columns to show, in the table's own order."""
    joining = {name for k in links if k.child == table.name for name in k.columns}
    joining |= {name for k in links if k.parent == table.name for name in k.parent_columns}

    def rank(column: DiagramColumn) -> int:
        return (
            0 if column.name in joining else 1 if column.mark != "unchanged" else 2 if column.primary else 3
        )

    best = sorted(table.columns, key=rank)[:COLUMNS_SHOWN]
    chosen = [column for column in table.columns if any(column is kept for kept in best)]
    return [_line(column, HEAD + ROW * n) for n, column in enumerate(chosen)]


def _line(column: DiagramColumn, y: int) -> Line:
    key = "PK" if column.primary else "FK" if column.foreign else ""
    type_ = cut(column.type, TYPE_CHARACTERS)
    return Line(column, cut(column.name, NAME_CHARACTERS), type_, key, y)


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _size(table: DiagramTable, lines: list[Line]) -> tuple[int, int]:
    more = len(table.columns) > len(lines)
    widest = max((len(line.name) + len(line.type) + 9 for line in lines), default=0)
    characters = max(widest, len(cut(table.name, NAME_CHARACTERS)) + 11, 18)
    return round(characters * CHARACTER) + 2 * PAD, HEAD + ROW * (len(lines) + more) + 6


def _table(table: DiagramTable, box: Box, lines: list[Line]) -> Table:
    name = cut(table.name, NAME_CHARACTERS)
    x, y = box.x + MARGIN, box.y + MARGIN
    return Table(table, name, x, y, box.width, box.height, lines, len(table.columns) - len(lines))


def _link(link: DiagramLink, layout: Layout, lines: dict[str, list[Line]]) -> Link:
    parent, child = layout.boxes[link.parent], layout.boxes[link.child]
    ahead = parent.column < child.column
    sides = (1, 1) if parent is child else (1, -1) if ahead else (-1, 1)
    start = _end(parent, sides[0], _row_of(lines[link.parent], link.parent_columns))
    end = _end(child, sides[1], _row_of(lines[link.child], link.columns))
    bends = layout.bends.get((link.parent, link.child), [])
    if not ahead:
        bends = layout.bends.get((link.child, link.parent), [])[::-1]
    path = _path(start, end, bends)
    one, rings_one = _foot(start, many=False, none=link.optional)
    many, rings_many = _foot(end, many=not link.unique, none=True)
    return Link(link, path, one + many, rings_one + rings_many)


def _row_of(lines: list[Line], columns: list[str]) -> float:
    found = next((line.y for line in lines if columns and line.column.name == columns[0]), None)
    return HEAD / 2 if found is None else found + ROW / 2


def _end(box: Box, side: int, y: float) -> _End:
    return _End(box.x + MARGIN + (box.width if side > 0 else 0), box.y + MARGIN + y, side)


def _path(start: _End, end: _End, bends: Sequence[Box]) -> str:
    """A smooth line that leaves and meets the boxes at a right angle."""
    out = start.x + start.side * FOOT * 2
    into = end.x + end.side * FOOT * 2
    text = f"M{start.x:.0f} {start.y:.0f}H{out:.0f}"
    if start.side == end.side:  # a table that refers to itself: out, round and back
        reach = max(out, into) + 24 * start.side
        return f"{text}C{reach:.0f} {start.y:.0f} {reach:.0f} {end.y:.0f} {into:.0f} {end.y:.0f}H{end.x:.0f}"
    x, y = out, start.y
    for bend in bends:
        sides = (bend.x + MARGIN, bend.x + bend.width + MARGIN)
        near, far = sides if start.side > 0 else sides[::-1]
        text += _bow(x, y, near, bend.middle + MARGIN) + f"H{far:.0f}"
        x, y = far, bend.middle + MARGIN
    return f"{text}{_bow(x, y, into, end.y)}H{end.x:.0f}"


def _bow(x: float, y: float, to_x: float, to_y: float) -> str:
    half = (x + to_x) / 2
    return f"C{half:.0f} {y:.0f} {half:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}"


def _foot(end: _End, *, many: bool, none: bool) -> tuple[str, list[tuple[float, float]]]:
    """A crow's foot for many or a bar for one; behind it a ring for "or none", else a second bar."""
    x, y, side = end.x, end.y, end.side
    at = x + side * FOOT
    if many:
        foot = f"M{at:.0f} {y:.0f}L{x:.0f} {y - 6:.0f}M{at:.0f} {y:.0f}L{x:.0f} {y + 6:.0f}"
    else:
        foot = f"M{x + side * 7:.0f} {y - 6:.0f}V{y + 6:.0f}"
    if none:
        return foot, [(at + side * 4, y)]
    return foot + f"M{at:.0f} {y - 6:.0f}V{y + 6:.0f}", []
