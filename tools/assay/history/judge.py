"""Whether a history is sound."""

from __future__ import annotations

from assay import rules
from assay.history.model import History, Observed, SameSql
from assay.history.project import Project
from assay.model import Finding


def judge(history: History, project: Project, same_sql: SameSql | None = None) -> list[Finding]:
    """What the rules of the group `history` find.

    `same_sql(before, after)` says whether an edit of a revision that the base already has leaves its
    rendered SQL as it was; only called for edits that touch more than comments and docstrings.
    """
    return rules.run("history", Observed(history, project, same_sql))
