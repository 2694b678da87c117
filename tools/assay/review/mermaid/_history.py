"""The part of the history that changed, as a flowchart from what runs first to the heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.review.mermaid._fit import CHARACTERS, Drawing, fitted
from assay.review.mermaid._text import label
from assay.review.model import Node, Review
from assay.review.words import plural

_CLASSES = {
    "new": "stroke:#2da44e,stroke-width:3px",
    "edited": "stroke:#bf8700,stroke-width:3px",
    "re-parented": "stroke:#8250df,stroke-width:3px",
    "removed": "stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4",
}
"""The border only, in tones that show on GitHub's light and dark themes; fill and text are the theme's."""

_WEIGHT = ("removed", "re-parented", "edited", "new", "merged")
"""What is left out last, and so on: what a reviewer must not miss first."""

_ID = 40
"""Characters of a revision's id; Alembic makes twelve."""


def history(review: Review, characters: int = CHARACTERS) -> str | None:
    """A flowchart of the revisions that changed and of those they stand on; None where none changed.

    Each box says what it is (`new`, `edited`, `head` …). A dotted line is a parent that a revision has no
    more, or a `depends_on`. Where it would exceed `characters` or EDGES, merged revisions are left
    out first, then the oldest new ones, and a box says how many.
    """
    nodes = review.history.nodes
    if all(node.state == "merged" for node in nodes):
        return None
    weighed = sorted(range(len(nodes)), key=lambda n: (_WEIGHT.index(nodes[n].state), -n))
    return fitted(weighed, lambda kept: _draw(nodes, kept), characters)


def _draw(nodes: Sequence[Node], kept: Sequence[int]) -> Drawing:
    ids = {nodes[n].id: n for n in sorted(kept, reverse=True)}
    known = {node.id for node in nodes}
    boxes, edges, strangers = [], [], dict[str, str]()
    for n in sorted(kept):
        boxes.append(_box(n, nodes[n]))
        for parent, arrow in _parents(nodes[n]):
            if parent in ids:
                edges.append(f"  n{ids[parent]} {arrow} n{n}")
            elif parent not in known and nodes[n].state != "merged":
                stranger = strangers.setdefault(parent, f"x{len(strangers)}")
                edges.append(f"  {stranger} {arrow} n{n}")
    boxes += [f'  {name}(["{label(parent, _ID)}<br/>not shown"])' for parent, name in strangers.items()]
    if len(kept) < len(nodes):
        boxes.append(f'  more(["{plural(len(nodes) - len(kept), "more revision")} not shown"])')
    classes = [f"  classDef {_class(state)} {style}" for state, style in _CLASSES.items()]
    return Drawing(("flowchart TB", *boxes, *edges, *classes), len(edges))


def _box(n: int, node: Node) -> str:
    states = [node.state] * (node.state != "merged") + ["head"] * node.head
    if node.was_head and not node.head:
        states.append("was a head")
    if node.state == "edited" and node.same_sql:
        states.append("same SQL")
    told = f" #40;{', '.join(states)}#41;" if states else ""
    text = f'"{label(node.id, _ID)}{told}<br/>{label(node.message)}"'
    return f"  n{n}([{text}])" if node.state == "merged" else f"  n{n}[{text}]:::{_class(node.state)}"


def _parents(node: Node) -> Iterator[tuple[str, str]]:
    """Each revision that it stands, stood or depends on, with the arrow from there."""
    for parent in dict.fromkeys(node.down_revisions):
        yield parent, "-.->|removed|" if node.state == "removed" else "-->"
    for parent in dict.fromkeys(node.down_revisions_before or ()):
        if parent not in node.down_revisions:
            yield parent, "-.->|before|"
    for parent in dict.fromkeys(node.depends_on):
        yield parent, "-.->|depends on|"


def _class(state: str) -> str:
    return state.replace("-", "")
