"""Revisions by name, in the syntax that `alembic upgrade` takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from assay.errors import UsageError
from assay.history.graph import Graph

_RELATIVE = re.compile(r"(?:(.+?)@)?(\w+)?([+-]\d+)$")
"""alembic.script.revision._relative_destination, to the end of the text."""

_HELP = "`alembic history` lists the revisions."


def resolve(graph: Graph, names: Iterable[str]) -> set[str]:
    """The ids that `names` mean, each a revision (`ab12`, `head`, `x@head`, `head-1`) or a range `a:b`.

    Raises UsageError for a name that means no revision here, or several where it must be one.
    """
    found: set[str] = set()
    for name in names:
        if ":" in name:
            low, _, high = name.partition(":")
            below = _one(graph, low or "base")
            above = _targets(graph, high or "heads", below)
            found |= graph.ancestors(above) - graph.ancestors(below)
        else:
            targets = _one(graph, name)
            if not targets:
                raise UsageError(f"`{name}` means no revision here.", _HELP)
            found |= targets
    return found


def _one(graph: Graph, name: str) -> set[str]:
    """The ids of a name that is not relative to a database; empty for the base."""
    return _targets(graph, name, None)


def _targets(graph: Graph, name: str, current: set[str] | None) -> set[str]:
    relative = None if name in graph.revisions else _RELATIVE.match(name)
    if not relative:
        label, _, symbol = name.rpartition("@")
        return _symbol(graph, symbol, label or None, name)
    label, symbol, steps = relative[1], relative[2], int(relative[3])
    if symbol:
        start = _symbol(graph, symbol, label, name)
    elif steps > 0:
        if current is None:
            raise UsageError(
                f"`{name}` counts from where a database is, and none is asked here.",
                f"Say from where: `base{name}`, or a range such as `head-1:{name}`.",
            )
        start = current
    else:
        start = _symbol(graph, "heads", label, name)
    return _walk(graph, start, steps, label, name)


def _symbol(graph: Graph, symbol: str, label: str | None, name: str) -> set[str]:
    """The ids that a symbol without steps means, on the branch `label` if there is one."""
    branch = _branch(graph, label) if label else None
    if symbol == "base":
        return set()
    if symbol in ("head", "heads"):
        heads = {head for head in graph.heads if branch is None or head in branch}
        if symbol == "head" and len(heads) > 1:
            listed = ", ".join(sorted(heads))
            raise UsageError(
                f"`{name}` means one head, and there are {len(heads)}: {listed}.", "Say `heads`, or which."
            )
        return heads
    return {_id(graph, symbol, branch, name)}


def _id(graph: Graph, symbol: str, branch: set[str] | None, name: str) -> str:
    exact = graph.dependency(symbol)
    if exact in graph.revisions:
        near = [exact]
    else:
        near = [each for each in graph.revisions if symbol and each.startswith(symbol)]
    near = [each for each in near if branch is None or each in branch]
    if len(near) == 1:
        return near[0]
    if near:
        raise UsageError(f"`{name}` is ambiguous: {', '.join(near)} begin with it.", "Give more characters.")
    close = get_close_matches(symbol, list(graph.revisions), n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]}?" if close else _HELP
    raise UsageError(f"There is no revision `{name}`.", hint)


def _branch(graph: Graph, label: str) -> set[str]:
    """Everything above and below the revision that `label` (a branch label or an id) names."""
    root = _id(graph, label, None, label)
    return graph.descendants([root]) | graph.ancestors([root], dependencies=False)


def _walk(graph: Graph, start: set[str], steps: int, label: str | None, name: str) -> set[str]:
    """`steps` up or down from each of `start`; an empty `start` is the base."""
    branch = _branch(graph, label) if label else None
    found = set()
    places: list[str | None] = [*start] or [None]
    for place in places:
        for _ in range(abs(steps)):
            near = _next(graph, place, up=steps > 0)
            near = [other for other in near if branch is None or other in branch]
            if len(near) > 1:
                raise UsageError(
                    f"`{name}` is ambiguous: it may be {' or '.join(near)}.", "Name the one you mean."
                )
            if not near and (steps > 0 or place is None):
                raise UsageError(f"`{name}` goes past the end of the history.", _HELP)
            place = near[0] if near else None
        found |= {place} if place else set()
    return found


def _next(graph: Graph, place: str | None, up: bool) -> list[str]:
    if up:
        return list(graph.bases if place is None else graph.children[place])
    return [] if place is None else list(graph.parents[place])
