"""Alembic's view of the history, made without importing any revision but those that are asked for."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.model import Direction, Revision

if TYPE_CHECKING:
    from alembic.runtime.migration import RevisionStep
    from alembic.script import ScriptDirectory


def replace_revisions(directory: ScriptDirectory, revisions: Iterable[Revision], toplevel: Path) -> None:
    """Let `directory` know `revisions` by what their source states; nothing of theirs is run."""
    from alembic.script.base import Script
    from alembic.script.revision import RevisionMap

    known = list(revisions)
    names = {revision.id for revision in known} | {label for r in known for label in r.branch_labels}

    def scripts() -> Iterable[Any]:
        labels: set[str] = set()
        for revision in known:
            yield Script(_outline(revision, names, labels), revision.id, str(toplevel / revision.path))
            labels.update(revision.branch_labels)

    directory.revision_map = RevisionMap(scripts)


def _outline(revision: Revision, names: set[str], labels: set[str]) -> types.ModuleType:
    """A module with what Alembic reads off a revision, and none of its code.

    Parents that are not in `names` and branch labels that are in `labels` (taken) are left out: the
    history's own findings tell of them, and Alembic would refuse the whole history.
    """
    module = types.ModuleType(revision.id, revision.message)
    vars(module).update(
        revision=revision.id,
        down_revision=_as_alembic(tuple(i for i in revision.down_revisions if i in names)),
        branch_labels=tuple(label for label in revision.branch_labels if label not in labels) or None,
        depends_on=tuple(i for i in revision.depends_on if i in names) or None,
    )
    return module


def _as_alembic(ids: tuple[str, ...]) -> str | tuple[str, ...] | None:
    return ids[0] if len(ids) == 1 else ids or None


def load(revision: Revision, file: str) -> types.ModuleType:
    """Run the revision's source, as Alembic's own loader would; `file` is the name its frames carry.

    The source is the one that was read (the index's, a commit's), not what lies on disk now.
    """
    name = re.sub(r"\W", "_", Path(file).name)
    module = types.ModuleType(name)
    module.__file__ = file
    exec(_compiled(revision.source, file), vars(module))  # noqa: S102
    return module


@lru_cache(maxsize=1_000)
def _compiled(source: bytes, file: str) -> types.CodeType:
    """Each step of a revision runs its file anew: up and down as SQL, up, down and up on the server."""
    return compile(source, file, "exec", dont_inherit=True)


class MissingFunction(AttributeError):  # noqa: N818 - it is told as a fact, not raised to a user
    """The revision file has no `upgrade()` or no `downgrade()`."""


def step(directory: ScriptDirectory, revision: Revision, direction: Direction, module: Any) -> RevisionStep:
    """The migration step of `revision` that runs `module`'s function; AttributeError when it has none."""
    from alembic.runtime.migration import RevisionStep

    if not callable(getattr(module, direction, None)):
        raise MissingFunction(f"the file has no {direction}()")
    script = directory.revision_map.get_revision(revision.id)
    assert script is not None
    script.module = module  # type: ignore[attr-defined]
    return RevisionStep(directory.revision_map, script, direction == "upgrade")  # type: ignore[arg-type]
