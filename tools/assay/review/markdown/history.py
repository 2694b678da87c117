"""What happened to the history, and what each environment still has to run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module

from assay.review.markdown.escape import code, raw_fence, text
from assay.review.markdown.fit import Lazy, Part
from assay.review.markdown.place import DIAGRAM, HISTORY, LEAST, Place
from assay.review.model import Environment, Node
from assay.review.words import plural

MANY = 8
"""More names than this in a cell are counted."""

NAME = 100
"""Characters of such a name."""

_SIGNS = {"new": "🆕", "edited": "✏️", "re-parented": "🔀", "removed": "🗑️"}


def parts(place: Place) -> Iterator[Part]:
    """The revisions that changed, their graph, and what is pending where."""
    diff = place.review.history
    changed = [node for node in diff.nodes if node.state != "merged"]
    if changed or diff.heads_before != diff.heads_after:
        title = f"### History: {plural(len(changed), 'revision')} changed"
        heads = f"Heads: {_names(diff.heads_before)} → {_names(diff.heads_after)}"
        yield Part(f"{title}\n\n{heads} ({diff.revisions_before:,} → {diff.revisions_after:,} revisions)")
        yield from diagram(place, "history")
        head = "| | Revision | Message | Stands on |\n| --- | --- | --- | --- |"
        rows = Lazy(changed, partial(_row, place))
        said = place.left_out("revision")
        yield Part("", rows, rank=HISTORY, left_out=said, columns=head, least=LEAST)
    if place.review.environments:
        head = "| Environment | Is at | Will run |\n| --- | --- | --- |"
        items = Lazy(place.review.environments, _environment)
        title, said = "### Pending after the merge", place.left_out("environment")
        yield Part(title, items, rank=HISTORY, left_out=said, columns=head, least=LEAST)


def diagram(place: Place, name: str) -> Iterator[Part]:
    """One of the Mermaid diagrams, where there is something to draw."""
    drawn = getattr(import_module("assay.review.mermaid"), name)(place.review)
    if drawn is not None:
        said = place.without("the diagram")
        yield Part("", [raw_fence("mermaid", drawn)], rank=DIAGRAM, left_out=lambda _: said, least=1)


def _row(place: Place, node: Node) -> str:
    linked = code(node.id) if node.state == "removed" else f"{code(node.id)} {place.at(node.path, None)}"
    stands = _names(node.down_revisions) or "nothing"
    if node.down_revisions_before is not None:
        stands += f" (before: {_names(node.down_revisions_before) or 'nothing'})"
    return f"| {_SIGNS[node.state]} {_state(node)} | {linked} | {text(node.message)} | {stands} |"


def _state(node: Node) -> str:
    same = {True: ", same SQL", False: ", **other SQL**", None: ""}[node.same_sql]
    return f"{node.state}{same}"


def _environment(each: Environment) -> str:
    name = f"| {code(each.name)} |"
    if each.problem is not None:
        return f"{name} not known | could not be asked: {text(each.problem)} |"
    if each.at is None:
        return f"{name} not asked | not known |"
    at = _names(each.at) or "nothing yet"
    if each.unknown:
        return f"{name} {at} | ⛔ nothing: {_names(each.unknown)} is not in this history |"
    return f"{name} {at} | {_names(each.pending) or 'nothing'} |"


def _names(names: Sequence[str]) -> str:
    more = len(names) - MANY
    shown = ", ".join(code(name, NAME) for name in names[:MANY])
    return f"{shown} and {more:,} more" if more > 0 else shown
