"""`pre-commit try-repo`: how one looks at hooks before using them."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.frame.support import attempt

from .support import HISTORY, MODELS, SQL, Outcome, Repository, revision


def test_try_repo_runs_every_hook(elsewhere: Repository, published: Path) -> None:
    elsewhere.stage("backend/migrations/versions/bbbb_a_change.py", revision("bbbb", "nowhere", "pass"))
    done = attempt(
        *(sys.executable, "-m", "pre_commit", "try-repo", published),
        cwd=elsewhere.folder,
        environment=elsewhere.environment,
    )
    outcome = Outcome(committed=False, output=done.stdout)
    assert done.returncode == 1
    assert [outcome.hook(hook) for hook in (HISTORY, SQL, MODELS)] == ["Failed", "Passed", "Passed"], (
        done.stdout
    )
