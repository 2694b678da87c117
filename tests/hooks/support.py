"""Real git repositories whose commits run pre-commit, and revisions to commit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.frame.support import run

HISTORY = "Alembic history is sound"
SQL = "SQL of new Alembic revisions"
CHECK = "Alembic revisions are proven"
MODELS = "Model changes come with a revision"


@dataclass(frozen=True)
class Outcome:
    """How a `git commit` (or merge) ended."""

    committed: bool
    output: str

    def hook(self, name: str) -> str:
        """What pre-commit says of the hook called `name`: Passed, Failed or Skipped."""
        line = next(line for line in self.output.splitlines() if line.startswith(f"{name}."))
        return line.rpartition(".")[2]


class Repository:
    """A working tree with pre-commit's hooks installed."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.environment = {**os.environ, **(environment or {})}

    def git(self, *arguments: str) -> str:
        """Run git; what it wrote to stdout."""
        return run("git", *arguments, cwd=self.folder, environment=self.environment).stdout.strip()

    def install_hooks(self) -> None:
        """`pre-commit install`, as CONTRIBUTING.md asks for."""
        run(sys.executable, "-m", "pre_commit", "install", cwd=self.folder, environment=self.environment)

    def write(self, path: str, text: str) -> None:
        """Write a file, not staged."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def stage(self, path: str, text: str) -> None:
        """Write a file and `git add` it."""
        self.write(path, text)
        self.git("add", path)

    def commit(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Outcome:
        """`git commit -m change ARGUMENTS`, hooks and all."""
        return self.act("commit", "-m", "change", *arguments, cwd=cwd, **environment)

    def act(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Outcome:
        """Any git command that makes a commit."""
        where = cwd or self.folder
        before = _head(where, self.environment)
        done = subprocess.run(
            ["git", *arguments],
            cwd=where,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        committed = _head(where, self.environment) != before
        assert committed == (done.returncode == 0), done.stdout
        return Outcome(committed, done.stdout)


def revision(rev: str, down: str | None, upgrade: str, downgrade: str = "pass") -> str:
    """A revision file that ruff likes; `upgrade` begins on line 17."""
    parent = "None" if down is None else f'"{down}"'
    return f'''"""a change

Revision ID: {rev}
Revises: {down or ""}
"""

from __future__ import annotations

from alembic import op

revision = "{rev}"
down_revision = {parent}


def upgrade() -> None:
    """Up."""
    {upgrade}


def downgrade() -> None:
    """Down."""
    {downgrade}
'''


def _head(folder: Path, environment: Mapping[str, str]) -> str:
    command = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    return subprocess.run(
        command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False
    ).stdout
