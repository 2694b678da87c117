"""The history diff as a drawing: one row a revision, parents above children, a lane for each branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assay.review.model import Node

Kind = Literal["now", "removed", "before", "depends"]
"""An edge of the history after the merge, of a removed revision, to a parent on the base, of `depends_on`."""

LANE, MIDDLE, END = 20, 22, 44
"""Pixels: between lanes; from a row's top to its node; to where the curves have come to rest."""


@dataclass(frozen=True)
class Edge:
    """From a row to a later one."""

    parent: int
    child: int
    kind: Kind


@dataclass(frozen=True)
class Curve:
    """In the upper part of a row."""

    d: str
    kind: Kind


@dataclass(frozen=True)
class Tail:
    """A lane that goes straight down to the row's end, from pixel `top`."""

    x: int
    top: int
    kind: Kind


@dataclass
class Row:
    """One revision with what is drawn beside it."""

    node: Node
    x: int
    older: bool
    """It stands on revisions that are not shown."""
    curves: list[Curve] = field(default_factory=list)
    tails: list[Tail] = field(default_factory=list)


def rows(nodes: Sequence[Node]) -> list[Row]:
    """The drawing, from the oldest revision to the newest."""
    ordered = _parents_first(nodes)
    edges = _edges(ordered)
    lanes: list[Edge | None] = []
    return [_row(n, node, edges, lanes, ordered) for n, node in enumerate(ordered)]


def width(drawn: Sequence[Row]) -> int:
    """Pixels that the widest row needs."""
    places = [tail.x for row in drawn for tail in row.tails] + [row.x for row in drawn]
    return max(places, default=0) + LANE


def _row(n: int, node: Node, edges: list[Edge], lanes: list[Edge | None], ordered: list[Node]) -> Row:
    arriving = [k for k, edge in enumerate(lanes) if edge is not None and edge.child == n]
    lane = arriving[0] if arriving else _free(lanes)
    known = {other.id for other in ordered}
    row = Row(node, _x(lane), any(parent not in known for parent in node.down_revisions))
    for k in arriving:
        edge = lanes[k]
        assert edge is not None
        row.curves.append(Curve(_curve(k, 0, lane, MIDDLE), edge.kind))
        lanes[k] = None
    row.tails += [Tail(_x(k), 0, edge.kind) for k, edge in enumerate(lanes) if edge is not None]
    for edge in (edge for edge in edges if edge.parent == n):
        k = lane if lanes[lane] is None else _free(lanes)
        lanes += [None] * (k + 1 - len(lanes))
        lanes[k] = edge
        row.curves.append(Curve(_curve(lane, MIDDLE, k, END), edge.kind))
        row.tails.append(Tail(_x(k), END, edge.kind))
    return row


def _free(lanes: list[Edge | None]) -> int:
    """A lane that nothing uses, made where there is none."""
    if None not in lanes:
        lanes.append(None)
    return lanes.index(None)


def _edges(ordered: Sequence[Node]) -> list[Edge]:
    """Those that lead downwards; what two revisions swapped is told in words."""
    place = {node.id: n for n, node in enumerate(ordered)}
    found = []
    for n, node in enumerate(ordered):
        before = [id_ for id_ in node.down_revisions_before or () if id_ not in node.down_revisions]
        kinds: list[tuple[Kind, list[str]]] = [
            ("removed" if node.state == "removed" else "now", node.down_revisions),
            ("before", before),
            ("depends", node.depends_on),
        ]
        found += [Edge(place[id_], n, kind) for kind, ids in kinds for id_ in ids if place.get(id_, n) < n]
    return sorted(found, key=lambda edge: (edge.parent, edge.kind != "now", edge.child))


def _parents_first(nodes: Sequence[Node]) -> list[Node]:
    """The given order, except that a parent never stands below its child."""
    by_id = {node.id: node for node in nodes}
    done: dict[str, Node] = {}
    for first in nodes:
        waiting = [first]
        entered: set[str] = set()
        while waiting:
            node = waiting[-1]
            above = [*node.down_revisions, *node.depends_on]
            missing = [by_id[id_] for id_ in above if id_ in by_id and id_ not in done and id_ not in entered]
            if missing and node.id not in entered:
                entered.add(node.id)
                waiting += missing
            else:
                done.setdefault(waiting.pop().id, node)
    return list(done.values())


def _x(lane: int) -> int:
    return LANE // 2 + 2 + LANE * lane


def _curve(from_lane: int, top: int, to_lane: int, bottom: int) -> str:
    x, to = _x(from_lane), _x(to_lane)
    half = (top + bottom) // 2
    return f"M{x} {top}V{bottom}" if x == to else f"M{x} {top}C{x} {half} {to} {half} {to} {bottom}"
