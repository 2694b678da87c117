"""A new revision stands on what was the base's head, and no longer is.

## What it does

Compares the parents of new revisions with the tip of the base. Finds it when another revision has landed on
the same parent meanwhile and is not in this history yet.

## Why is this bad?

Each branch is sound alone, and git merges them without a conflict; after the merge there are two heads, and
the next `alembic upgrade head` stops.

## Example

    # origin/main has                # and this branch adds
    revision = "0a1b"                revision = "2c3d"
    down_revision = "9f8e"           down_revision = "9f8e"

## Use instead

Stand on the head that the base has now (and rebase, or merge the base, to have its file):

    revision = "2c3d"
    down_revision = "0a1b"

## References

- [Alembic: Working with Branches](https://alembic.sqlalchemy.org/en/latest/branches.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.history.graph import Graph
from assay.history.model import Observed
from assay.model import Finding, Revision, Severity
from assay.rules.history._tell import at, listed, named, parent_line, this

severity = Severity.ERROR


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each new revision with a parent that the base has moved on from."""
    history = observed.history
    if history.base is None:
        return
    tip = Graph(history.base.tip_revisions)
    landed = tip.revisions.keys() - history.revisions.keys() - history.base.revisions.keys()
    for revision in history.new:
        if revision.id not in tip.revisions and landed:
            moved = {parent: _tops(tip, parent, landed) for parent in revision.down_revisions}
            if any(moved.values()):
                yield _finding(revision, tip, moved, history.base.ref)


def _tops(tip: Graph, parent: str, landed: set[str]) -> list[str]:
    """The base's heads that `parent` now leads to through what has landed."""
    if parent not in tip.revisions or not landed & set(tip.children[parent]):
        return []
    above = tip.descendants([parent])
    return [head for head in tip.heads if head in above]


def _finding(revision: Revision, tip: Graph, moved: dict[str, list[str]], ref: str) -> Finding:
    old = listed(parent for parent, heads in moved.items() if heads)
    tops = list(dict.fromkeys(head for heads in moved.values() for head in heads))
    parents = dict.fromkeys(each for parent, heads in moved.items() for each in heads[:1] or [parent])
    return this(__name__).finding(
        f"{revision.id} stands on {old}, and {ref} has gone on to "
        f"{listed(named(tip.revisions[head]) for head in tops)}: merged as it is, it makes a second head.",
        f"`git merge {ref}`, then in {revision.path}, line {revision.down_line}:\n\n"
        f"    {parent_line(revision, parents)}",
        **at(revision, revision.down_line),
    )
