"""The revisions branch: more heads than the base has.

## What it does

Counts the heads: revisions that no other revision's `down_revision` names. Finds it when there are more
than the base has. Heads with different branch labels are branches made on purpose, and counted apart.

## Why is this bad?

`alembic upgrade head` refuses to run ("Multiple head revisions are present"), so the deployment stops. It
comes from two pull requests that each add a revision to the same parent; git sees no conflict.

## Example

    # 0a1b_add_index.py            # 2c3d_add_column.py
    revision = "0a1b"              revision = "2c3d"
    down_revision = "9f8e"         down_revision = "9f8e"

## Use instead

Put the later one on top of the other, which keeps the history a line:

    # 2c3d_add_column.py
    revision = "2c3d"
    down_revision = "0a1b"

Where both have been deployed somewhere, merge them: `alembic merge -m "merge 0a1b and 2c3d" 0a1b 2c3d`.

## References

- [Alembic: Working with Branches](https://alembic.sqlalchemy.org/en/latest/branches.html)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from assay.history.graph import Graph
from assay.history.model import Observed
from assay.model import Finding, Revision, Severity
from assay.rules.history._tell import at, listed, named, parent_line, this

severity = Severity.ERROR

Groups = dict["frozenset[str]", "list[str]"]


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each set of branch labels that has several heads; a note if the base has as many.

    None while a file cannot be read: the revision below it looks like a head then.
    """
    history = observed.history
    base = history.base
    if any(problem.id is None for problem in history.problems):
        return
    known = [_heads(base.revisions), _heads(base.tip_revisions)] if base else []
    for labels, heads in _heads(history.revisions).items():
        before = max((len(each.get(labels, ())) for each in known), default=1)
        if len(heads) > 1:
            yield _finding(observed, heads, grew=len(heads) > max(before, 1))


def _heads(revisions: Mapping[str, Revision]) -> Groups:
    """The heads by their labels; without those that hang in the air, which another rule tells."""
    graph = Graph(revisions)
    labels = graph.labels()
    torn = (r.id for r in revisions.values() if any(each not in revisions for each in r.down_revisions))
    hanging = graph.descendants(torn)
    groups: Groups = {}
    for head in (each for each in graph.heads if each not in hanging):
        groups.setdefault(labels[head], []).append(head)
    return groups


def _finding(observed: Observed, heads: list[str], grew: bool) -> Finding:
    revisions = observed.history.revisions
    late = [head for head in revisions if head in heads]
    late.sort(key=lambda head: revisions[head].new)
    moved, onto = late[-1], late[-2]
    root = _root(revisions, moved)
    where = listed(named(revisions[head]) for head in late)
    if not grew:
        message = f"The history has {len(heads)} heads, as its base has: {where}."
        note = this(__name__).finding(message, _merge(late), **at(revisions[moved]))
        return replace(note, severity=Severity.NOTE)
    advice = (
        f"Put {root.id} on top of {onto}; in {root.path}, line {root.down_line}:\n\n"
        f"    {parent_line(root, [onto])}\n\nor join them, if both were deployed somewhere:\n\n"
        f"    {_merge(late)}"
    )
    message = f"The history has {len(heads)} heads, so `alembic upgrade head` stops: {where}."
    return this(__name__).finding(message, advice, **at(root, root.down_line))


def _merge(heads: list[str]) -> str:
    return f'alembic merge -m "merge {listed(heads)}" {" ".join(heads)}'


def _root(revisions: Mapping[str, Revision], head: str) -> Revision:
    """The lowest of the new revisions that lead to `head` and to nothing else."""
    graph = Graph(revisions)
    while True:
        below = graph.parents[head]
        if len(below) != 1 or not revisions[below[0]].new or len(graph.children[below[0]]) != 1:
            return revisions[head]
        head = below[0]
