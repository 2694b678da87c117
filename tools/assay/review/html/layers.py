"""Boxes joined by edges, laid out in columns: parents left, children right, few crossings.

The classic way (Sugiyama): columns by longest path, bends where an edge passes a column, the order in each
column by the middle of the neighbours, then each box as near to its neighbours as its column allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

COLUMN_GAP, BOX_GAP, BEND_HEIGHT = 96, 28, 8
"""Pixels: between columns, between boxes of one column, and what an edge needs that passes a column."""

COLUMN_HEIGHT = 1400
"""Pixels: a column is split when its boxes are higher than this."""

ROUNDS = 8


@dataclass
class Box:
    """A box, or (without a name, as wide as its column) the way of an edge that passes a column."""

    name: str
    width: int
    height: int
    column: int = 0
    x: float = 0
    y: float = 0
    near: list[Box] = field(default_factory=list, repr=False)
    """What edges join it to in the columns next to its own."""

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Layout:
    """Where everything stands."""

    boxes: Mapping[str, Box]
    bends: Mapping[tuple[str, str], list[Box]]
    """By parent and child, from the parent's side to the child's."""
    width: float
    height: float


def laid_out(sizes: Mapping[str, tuple[int, int]], edges: Iterable[tuple[str, str]]) -> Layout:
    """Boxes of these sizes, by name, with edges from parent to child."""
    boxes = {name: Box(name, *size) for name, size in sizes.items()}
    joined = sorted({edge for edge in edges if edge[0] != edge[1]})
    forward = _acyclic(sizes, joined)
    _assign_columns(boxes, forward)
    bends = {edge: _bends(boxes, edge) for edge in forward}
    columns = _columns([*boxes.values(), *(bend for each in bends.values() for bend in each)])
    _order(columns)
    _place(columns)
    return _framed(boxes, bends, columns)


def _acyclic(names: Iterable[str], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges, those turned round that would close a circle."""
    place: dict[str, int] = {}
    children: dict[str, list[str]] = {}
    for parent, child in edges:
        children.setdefault(parent, []).append(child)
    entered: set[str] = set()
    for name in sorted(names, key=lambda name: (any(child == name for _, child in edges), name)):
        waiting = [(name, False)]
        while waiting:
            at, left = waiting.pop()
            if left:
                place[at] = len(place)
            elif at not in entered:
                entered.add(at)
                waiting.append((at, True))
                waiting += [(child, False) for child in children.get(at, ()) if child not in entered]
    return sorted({(p, c) if place[p] > place[c] else (c, p) for p, c in edges})


def _assign_columns(boxes: Mapping[str, Box], edges: Sequence[tuple[str, str]]) -> None:
    """The longest way from a box without parents; a column that grows too high continues in the next."""
    parents: dict[str, list[str]] = {name: [] for name in boxes}
    for parent, child in edges:
        parents[child].append(parent)
    degree = {name: sum(name in edge for edge in edges) for name in boxes}
    heights: dict[int, int] = {}
    waiting = sorted(boxes, key=lambda name: (not degree[name], -degree[name], name))
    done: set[str] = set()
    while waiting:
        name = next(name for name in waiting if done.issuperset(parents[name]))
        waiting.remove(name)
        done.add(name)
        box = boxes[name]
        box.column = max((boxes[parent].column + 1 for parent in parents[name]), default=0)
        if not degree[name]:  # it stands where there is room
            box.column = min(range(max(heights, default=0) + 1), key=lambda n: heights.get(n, 0))
        while heights.get(box.column, 0) and heights[box.column] + box.height > COLUMN_HEIGHT:
            box.column += 1
        heights[box.column] = heights.get(box.column, 0) + box.height + BOX_GAP


def _bends(boxes: Mapping[str, Box], edge: tuple[str, str]) -> list[Box]:
    """One bend for each column between the two, and who is near whom."""
    first, last = boxes[edge[0]], boxes[edge[1]]
    bends = [Box("", 0, BEND_HEIGHT, column) for column in range(first.column + 1, last.column)]
    chain = [first, *bends, last]
    for left, right in pairwise(chain):
        left.near.append(right)
        right.near.append(left)
    return bends


def _columns(boxes: Sequence[Box]) -> list[list[Box]]:
    last = max((box.column for box in boxes), default=-1)
    return [[box for box in boxes if box.column == n] for n in range(last + 1)]


def _order(columns: list[list[Box]]) -> None:
    """To and fro over the columns: each box goes to the middle of its neighbours in the column before."""
    _stack(columns)
    for turn in range(ROUNDS):
        ahead = turn % 2 == 0
        for column in columns if ahead else reversed(columns):
            side = -1 if ahead else 1
            middles = {id(box): _middle_of_near(box, box.column + side) for box in column}
            column.sort(key=lambda box: middles[id(box)])
            _stack([column])


def _middle_of_near(box: Box, column: int | None = None) -> float:
    found = [other.middle for other in box.near if column is None or other.column == column]
    return sum(found) / len(found) if found else box.middle


def _stack(columns: Iterable[list[Box]]) -> None:
    for column in columns:
        y = 0
        for box in column:
            box.y = y
            y += box.height + BOX_GAP


def _place(columns: list[list[Box]]) -> None:
    x = 0
    for column in columns:
        widest = max((box.width for box in column), default=0)
        for box in column:
            box.width = box.width or widest
            box.x = x + (widest - box.width) / 2
        x += widest + COLUMN_GAP
    for turn in range(ROUNDS):
        for column in columns if turn % 2 == 0 else reversed(columns):
            _settle(column, [_middle_of_near(box) - box.height / 2 for box in column])


def _settle(column: list[Box], wanted: list[float]) -> None:
    """Each box as near to where it wants to be as those above and below it allow (least squares)."""
    offset, offsets = 0.0, []
    for box in column:
        offsets.append(offset)
        offset += box.height + BOX_GAP
    blocks: list[tuple[float, int]] = []
    for want, shift in zip(wanted, offsets, strict=True):
        blocks.append((want - shift, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, n), (b, m) = blocks[-2:]
            blocks[-2:] = [((a * n + b * m) / (n + m), n + m)]
    tops = [top for top, count in blocks for _ in range(count)]
    for box, top, shift in zip(column, tops, offsets, strict=True):
        box.y = top + shift


def _framed(
    boxes: Mapping[str, Box], bends: Mapping[tuple[str, str], list[Box]], columns: list[list[Box]]
) -> Layout:
    everything = [box for column in columns for box in column]
    top = min((box.y for box in everything), default=0)
    for box in everything:
        box.y = round(box.y - top)
    width = max((box.x + box.width for box in boxes.values()), default=0)
    height = max((box.y + box.height for box in everything), default=0)
    return Layout(boxes, bends, width, height)
