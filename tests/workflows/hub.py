"""GitHub as far as a runner sees it: a repository to fetch from, pull requests, events, artifacts."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from tests.frame.support import snapshot
from tests.github.fake.server import FakeGitHub
from tests.github.fake.state import TOKEN

from . import act
from .act import Ran

NAME = "reporting/database"
FORK = "stranger/database"

HEADER = '''"""{message}

Tries what a pull request may bring.

Revision ID: {id}
Revises: {down}
Create Date: 2024-06-10 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = "{down}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {up}


def downgrade() -> None:
    {back}
'''


def revision(number: int, message: str, up: str, back: str) -> dict[str, str]:
    """A revision of the reference history, by its path."""
    slug = message.replace(" ", "_")
    text = HEADER.format(message=message, id=f"{number:03}", down=f"{number - 1:03}", up=up, back=back)
    return {f"migrations/versions/{number:03}_{slug}.py": text}


def make_repository(folder: Path) -> None:
    """This repository as it stands, as two commits of a bare one."""
    work = folder / "work"
    make_source(work)
    git(work, "init", "-q", "-b", "main", ".")
    git(work, "commit", "-q", "--allow-empty", "-m", "What a shallow clone lacks")
    git(work, "add", "--all")
    git(work, "commit", "-q", "-m", "Everything so far")
    git(folder, "clone", "-q", "--bare", "work", "origin.git")
    shutil.rmtree(work)


def make_source(folder: Path) -> None:
    """What a workflow needs of this repository as it stands."""
    snapshot(folder)
    for unneeded in ("tests", "docs", "benchmarks"):
        shutil.rmtree(folder / unneeded, ignore_errors=True)


@dataclass(frozen=True)
class Pull:
    """A pull request."""

    number: int
    branch: str
    repository: str
    """Where its branch is: ours, or a fork."""


@dataclass
class Hub:
    """One repository, its pull requests, and what its workflows leave behind."""

    folder: Path
    fake: FakeGitHub
    numbers: Any = field(default_factory=lambda: count(7))
    runs: Any = field(default_factory=lambda: count(9_000_001))

    def open(self, files: Mapping[str, str], *, repository: str = NAME) -> Pull:
        """A pull request that adds these files."""
        number = next(self.numbers)
        pull = Pull(number, f"change-{number}", repository)
        self.fake.seed(NAME).pull(number, pull.branch, "0" * 40, repository=repository)
        self.push(pull, files)
        return pull

    def push(self, pull: Pull, files: Mapping[str, str | None]) -> str:
        """Another commit on it, and GitHub's merge of it; None removes a file. The new head."""
        with_head = f"refs/pull/{pull.number}/head"
        work = self.checkout("main", f"work-{pull.number}")
        if self._sha(with_head):
            git(work, "fetch", "-q", "origin", with_head)
            git(work, "checkout", "-q", "--detach", "FETCH_HEAD")
        for name, text in files.items():
            file = work / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink() if text is None else file.write_text(text, "utf-8")
        git(work, "add", "--all")
        git(work, "commit", "-q", "--allow-empty", "-m", "A change")
        sha = git(work, "rev-parse", "HEAD")
        branches = [] if pull.repository != NAME else [f"HEAD:refs/heads/{pull.branch}"]
        git(work, "push", "-q", "--force", "origin", f"HEAD:{with_head}", *branches)
        git(work, "checkout", "-q", "main")
        git(work, "merge", "-q", "--no-ff", "-m", "A merge", sha)
        git(work, "push", "-q", "--force", "origin", f"HEAD:refs/pull/{pull.number}/merge")
        (known,) = [p for p in self.fake.seed(NAME).data["pulls"] if p["number"] == pull.number]
        known["head"]["sha"] = sha
        return sha

    def checkout(self, ref: str, name: str = "checkout") -> Path:
        """A fresh clone that stands at a ref, from which act reads the workflow."""
        work = self.folder / name
        shutil.rmtree(work, ignore_errors=True)
        git(self.folder, "clone", "-q", "--shared", "origin.git", name)
        git(work, "fetch", "-q", "origin", ref)
        if ref != "main":
            git(work, "checkout", "-q", "--detach", "FETCH_HEAD")
        return work

    def review(self, pull: Pull, workflow: str = "schema-review.yml", **more: Any) -> tuple[int, Ran]:
        """Run the workflow for the pull request: with no secret, as for a fork. The run's id, and what came of it."""
        run = next(self.runs)
        payload = {
            "action": "synchronize",
            "number": pull.number,
            "pull_request": {
                "number": pull.number,
                "base": {"ref": "main", "sha": self._sha("refs/heads/main"), "repo": {"full_name": NAME}},
                "head": {
                    "ref": pull.branch,
                    "sha": self._sha(f"refs/pull/{pull.number}/head"),
                    "repo": {"full_name": pull.repository},
                },
            },
            "repository": {"full_name": NAME, "default_branch": "main"},
        }
        folder = self.checkout(f"refs/pull/{pull.number}/merge")
        return run, self._run(workflow, "pull_request", payload, run, folder, **more)

    def comment(
        self, pull: Pull, run: int, ran: Ran, workflow: str = "schema-comment.yml", **more: Any
    ) -> Ran:
        """Run the workflow that follows `run`, with the token that its job asks for."""
        for folder in self._artifacts(run):
            self.fake.seed(NAME).artifact(run, folder.name, zipped(folder))
        conclusion = "failure" if "failure" in ran.jobs.values() else "success"
        payload = {
            "action": "completed",
            "workflow_run": {
                "id": run,
                "run_attempt": 1,
                "name": "Schema review",
                "event": "pull_request",
                "status": "completed",
                "conclusion": conclusion,
                "head_sha": self._sha(f"refs/pull/{pull.number}/head"),
                "head_branch": pull.branch,
                "head_repository": {"full_name": pull.repository, "id": 99},
                "html_url": f"https://github.com/{NAME}/actions/runs/{run}",
                "pull_requests": [],
            },
            "repository": {"full_name": NAME, "default_branch": "main"},
        }
        secrets = {"GITHUB_TOKEN": TOKEN}
        return self._run(
            workflow, "workflow_run", payload, next(self.runs), self.checkout("main"), secrets=secrets, **more
        )

    def scheduled(self, workflow: str, **more: Any) -> Ran:
        """Run a workflow on its schedule."""
        payload = {"repository": {"full_name": NAME, "default_branch": "main"}}
        secrets = {"GITHUB_TOKEN": TOKEN, **more.pop("secrets", {})}
        folder = self.checkout("main")
        return self._run(workflow, "schedule", payload, next(self.runs), folder, secrets=secrets, **more)

    def dispatched(self, workflow: str, run: int, jobs: Sequence[str] = (), **more: Any) -> Ran:
        """Run a workflow that a person, or a push to main, started.

        With `jobs` it is the rerun of a run: only those, in their order, with what the run has uploaded.
        """
        repository = {"full_name": NAME, "default_branch": "main", "private": False}
        payload = {"ref": "refs/heads/main", "repository": repository, "inputs": more.pop("inputs", {})}
        folder = self.checkout("main")
        file = folder / ".github/workflows" / workflow
        file.write_text(
            file.read_text("utf-8").replace("  queue: max\n", ""), "utf-8"
        )  # act does not know it
        if jobs:
            _keep_only(file, jobs)
        event = "workflow_dispatch" if payload["inputs"] else "push"
        return self._run(workflow, event, payload, run, folder, **more)

    def artifact(self, run: int, name: str = "schema-review") -> Path:
        """What a run uploaded."""
        return self.folder / f"artifacts/{run}" / name

    def comments(self, pull: Pull) -> list[str]:
        """What is said on the pull request."""
        return [c["body"] for c in self.fake.seed(NAME).data["comments"] if c["issue"] == pull.number]

    def _run(
        self, workflow: str, event: str, payload: Mapping[str, Any], run: int, folder: Path, **more: Any
    ) -> Ran:
        environment = {
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_API_URL": self.fake.url,
            "GITHUB_RUN_ID": str(run),
            # Where the workflow installs Assay from GitHub, git goes to the hub.
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.file://{self.folder}/origin.git.insteadOf",
            "GIT_CONFIG_VALUE_0": f"https://github.com/{NAME}",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        return act.run(
            workflow, event, payload, folder=folder, hub=self.folder, environment=environment, **more
        )

    def _artifacts(self, run: int) -> list[Path]:
        folder = self.folder / f"artifacts/{run}"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def _sha(self, ref: str) -> str:
        done = subprocess.run(
            ["git", "rev-parse", "--verify", "--quiet", ref],
            cwd=self.folder / "origin.git",
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()


def _keep_only(workflow: Path, jobs: Sequence[str]) -> None:
    """Leave these jobs in the file; what the first one needed has succeeded before."""
    content = yaml.safe_load(workflow.read_text("utf-8"))
    content["on"] = content.pop(True)  # YAML 1.1's
    content["jobs"] = {name: content["jobs"][name] for name in jobs}
    for key in ("needs", "if"):
        del content["jobs"][jobs[0]][key]
    workflow.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")


def zipped(folder: Path) -> bytes:
    """A folder as GitHub stores an artifact."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder).as_posix())
    return made.getvalue()


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"git {arguments}: {done.stderr}"
    return done.stdout.strip()
