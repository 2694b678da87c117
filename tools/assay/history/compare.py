"""What happened to the revisions that the base already has."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from assay.history.model import Change, Changes
from assay.history.snapshot import Snapshot
from assay.model import Revision

Revisions = Mapping[str, Revision]
_PARENTS = ("down_revision", "depends_on")


def changes(start: Revisions, tip: Revisions, now: Snapshot, merged: Sequence[Snapshot]) -> Changes:
    """What was done here to revisions of the base: of the merge base, `start`, and of its `tip`.

    What the tip or the histories that are being `merged` say too was done elsewhere, and is left out.
    """
    elsewhere = [tip, *(each.found for each in merged)]
    pairs = [Change(old, now.found[each]) for each, old in {**tip, **start}.items() if each in now.found]
    differing = [pair for pair in pairs if _done_here(pair, elsewhere)]
    return Changes(
        edited=tuple(edit for edit in map(_edit, differing) if edit),
        deleted=_deleted(start, now, elsewhere),
        reparented=tuple(pair for pair in differing if _reparented(pair)),
        renamed=tuple(pair for pair in pairs if pair.before.path != pair.after.path),
    )


def _done_here(pair: Change, elsewhere: Sequence[Revisions]) -> bool:
    if pair.before is pair.after:
        return False
    others = (other[pair.before.id] for other in elsewhere if pair.before.id in other)
    return all(_text(each) != _text(pair.after) for each in (pair.before, *others))


def _deleted(start: Revisions, now: Snapshot, elsewhere: Sequence[Revisions]) -> tuple[Revision, ...]:
    """Without those whose file is there and cannot be read: a finding says that already."""
    broken = {problem.path for problem in now.problems}
    gone = (old for each, old in start.items() if each not in now.found and old.path not in broken)
    return tuple(old for old in gone if all(old.id in other for other in elsewhere))


def _reparented(pair: Change) -> bool:
    before, after = pair.before, pair.after
    same = set(before.down_revisions) == set(after.down_revisions)
    return not (same and set(before.depends_on) == set(after.depends_on))


def _edit(pair: Change) -> Change | None:
    """The edit, said to be cosmetic or not; None where nothing but the parents differs."""
    before, after = pair.before, pair.after
    if _reparented(pair) and _shape(before, _PARENTS) == _shape(after, _PARENTS):
        return None
    return replace(pair, cosmetic=_shape(before) == _shape(after))


def _text(revision: Revision) -> bytes:
    return revision.source.replace(b"\r\n", b"\n")


def _shape(revision: Revision, without: Sequence[str] = ()) -> str:
    """The source's tree without comments, layout, docstrings and assignments to the names `without`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(revision.source)
    tree.body = [statement for statement in tree.body if not _assigns(statement, without)]
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and _has_doc(
            node
        ):
            node.body = node.body[1:]
            if not node.body and not isinstance(node, ast.Module):
                node.body = [ast.Pass()]
    return ast.dump(tree)


def _has_doc(node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    first = node.body[0] if node.body else None
    return (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )


def _assigns(statement: ast.stmt, names: Sequence[str]) -> bool:
    if isinstance(statement, ast.AnnAssign):
        targets: list[ast.expr] = [statement.target]
    else:
        targets = list(statement.targets) if isinstance(statement, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id in names for target in targets)
