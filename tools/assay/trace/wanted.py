"""What a trace is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from assay.model import Revision
from assay.render import EnvSettings

if TYPE_CHECKING:
    from assay.history import Project


class Baseline(Struct, frozen=True):
    """The schema that the history starts from (governance.yaml, `baseline:`)."""

    file: Path
    revisions: tuple[str, ...]
    """The heads whose schema it is."""


class Wanted(Struct, frozen=True):
    """What to trace."""

    project: Project
    known: Sequence[Revision]
    """The whole history, in run order."""
    selected: Sequence[Revision]
    settings: EnvSettings = field(default_factory=EnvSettings)
    baseline: Baseline | None = None
    behind: Sequence[Revision] = ()
    """Revisions that run before them though they need not stand on them, and are not traced."""
    together: bool = False
    """The selected revisions reach production together: what an earlier one makes counts as new."""
    heads: frozenset[str] = frozenset()
    """The history's heads: once all have run, the models are compared with the database."""
    step: Callable[[], None] = lambda: None
    """Called once a selected revision."""


def needed(known: Sequence[Revision], selected: Sequence[Revision]) -> list[Revision]:
    """`selected` and everything that they stand on, in run order."""
    by_id = {revision.id: revision for revision in known}
    labels = {label: revision.id for revision in known for label in revision.branch_labels}
    wanted: set[str] = set()
    todo = [revision.id for revision in selected]
    while todo:
        current = todo.pop()
        current = labels.get(current, current)
        if current in wanted or current not in by_id:
            continue
        wanted.add(current)
        todo.extend((*by_id[current].down_revisions, *by_id[current].depends_on))
    return [revision for revision in known if revision.id in wanted]
