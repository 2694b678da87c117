"""From a project and a selection to its history."""

from __future__ import annotations

from assay.history.model import History, Selection
from assay.history.project import Project


def read_history(
    project: Project, selection: Selection | None = None, default_base: str | None = None
) -> History:
    """Every revision of `project`, with the new ones marked and the selected ones picked.

    `default_base` is governance.yaml's base: used when `selection.base` is None. Raises UsageError for an
    unknown ref or id, EnvironmentFailedError when git is missing or the clone too shallow.
    """
    raise NotImplementedError
