"""GitHub: the comment on a pull request, the issue about drift, the artifact of a run.

Needs `pip install 'alembic-assay[github]'`; importing this does not.
"""

from __future__ import annotations

from assay.github._marker import BODY_LIMIT, Run
from assay.github._patience import Clock
from assay.github._pulls import PullRequest, PullRequests
from assay.github._repository import Repository
from assay.github._settle import Outcome, Posted

__all__ = [
    "BODY_LIMIT",
    "Clock",
    "Outcome",
    "Posted",
    "PullRequest",
    "PullRequests",
    "Repository",
    "Run",
]
