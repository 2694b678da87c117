"""A real git repository with an Alembic project in it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from assay.history import History, Project, Selection, find_project, judge, read_history
from assay.model import Finding, Revision

INI = "[alembic]\nscript_location = migrations\n"


def source(
    revision: str, down: object = None, message: str | None = None, body: str = "pass", **more: object
) -> str:
    """A revision file as Alembic's template makes it."""
    extra = "".join(f"{name} = {value!r}\n" for name, value in more.items())
    return (
        f'"""{message or "make " + revision}\n\nRevision ID: {revision}\n'
        f'Revises: {down or ""}\nCreate Date: 2026-01-02 03:04:05.678901\n\n"""\n\n'
        f'revision = "{revision}"\ndown_revision = {_quoted(down)}\n{extra}\n\n'
        f"def upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n"
    )


def _quoted(down: object) -> str:
    return repr(down).replace("'", '"')


class World:
    """The repository in `root`; `folder` is the project's place in it."""

    def __init__(self, root: Path, folder: str = "") -> None:
        self.root = root
        self.home = root / folder
        self.versions = self.home / "migrations" / "versions"

    def git(self, *args: str) -> str:
        done = subprocess.run(["git", *args], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, path: str, content: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def start(self) -> World:
        """An empty repository with a project that has no revision."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.write(str((self.home / "alembic.ini").relative_to(self.root)), INI)
        self.write(str((self.home / "migrations/env.py").relative_to(self.root)), "")
        return self

    def add(self, revision: str, down: object = None, name: str | None = None, **more: Any) -> Path:
        """Write a revision file into the working tree."""
        path = self.versions / (name or f"{revision}_make_{revision}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source(revision, down, **more), encoding="utf-8")
        return path

    def line(self, *ids: str) -> None:
        """Write revisions that stand one on the other."""
        for down, each in zip((None, *ids), ids, strict=False):
            self.add(each, down)

    def commit(self, message: str = "x") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def publish(self, ref: str = "origin/main") -> None:
        """Let the remote's branch be what HEAD is."""
        self.git("update-ref", f"refs/remotes/{ref}", "HEAD")

    def project(self, **more: Any) -> Project:
        return find_project(self.home, **more)

    def history(self, **selection: Any) -> History:
        return read_history(self.project(), Selection(**selection))

    def new(self, **selection: Any) -> list[str]:
        return [revision.id for revision in self.history(**selection).new]

    def selected(self, *ids: str) -> list[str]:
        return [revision.id for revision in self.history(ids=ids).selected]

    def findings(self, same_sql: Any = None, **selection: Any) -> list[Finding]:
        return judge(self.history(**selection), self.project(), same_sql)

    def rules(self, **selection: Any) -> list[tuple[str, str, str | None]]:
        return [(each.rule, each.severity.value, each.revision) for each in self.findings(**selection)]


def ids(revisions: tuple[Revision, ...]) -> list[str]:
    return [revision.id for revision in revisions]
