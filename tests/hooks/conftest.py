"""This repository, published once; the store of pre-commit's environments, filled once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.frame.support import made_once, run, snapshot

from .support import Repository, revision

MODELS = """\
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Order(db.Model):
    __tablename__ = "orders"

    id = db.Column(db.Integer, primary_key=True)
    placed_at = db.Column(db.DateTime(timezone=True), nullable=False)

"""
CONFIG = """\
default_install_hook_types: [pre-commit, pre-merge-commit]
repos:
  - repo: {url}
    rev: {rev}
    hooks:
      - id: assay-history
      - id: assay-sql
      - id: assay-models
"""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as a remote: one commit with everything in it."""

    def make(folder: Path) -> None:
        snapshot(folder)
        run("git", "init", "--quiet", "--initial-branch=main", cwd=folder)
        run("git", "add", "--all", cwd=folder)
        run("git", "commit", "--quiet", "--message=everything", cwd=folder)

    return made_once(tmp_path_factory, "published", make)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PRE_COMMIT_HOME for the whole test run; pre-commit itself locks it while it installs."""
    return made_once(tmp_path_factory, "pre-commit", lambda _: None)


@pytest.fixture
def clone(published: Path, store: Path, tmp_path: Path) -> Repository:
    """A fresh clone of this repository, its environment made and its hooks installed."""
    folder = tmp_path / "clone"
    run("git", "clone", "--quiet", str(published), str(folder), cwd=tmp_path)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / ".git/info/exclude").write_text(".venv\n")
    repository = Repository(folder, {"PRE_COMMIT_HOME": str(store)})
    repository.install_hooks()
    return repository


@pytest.fixture
def elsewhere(published: Path, store: Path, tmp_path: Path) -> Repository:
    """Another repository: `backend/` is the project that `alembic init` made, for an application `shop`."""
    repository = Repository(tmp_path / "elsewhere", {"PRE_COMMIT_HOME": str(store)})
    backend = repository.folder / "backend"
    backend.mkdir(parents=True)
    run(sys.executable, "-m", "alembic", "init", "migrations", cwd=backend)
    env = (backend / "migrations/env.py").read_text("utf-8")
    assert "target_metadata = None" in env
    repository.write(
        "backend/migrations/env.py",
        env.replace("target_metadata = None", "from shop.models import db\n\ntarget_metadata = db.metadata"),
    )
    repository.write("backend/shop/__init__.py", "")
    repository.write("backend/shop/models.py", MODELS)
    repository.write("backend/migrations/versions/aaaa_first.py", revision("aaaa", None, "pass"))
    rev = run("git", "rev-parse", "HEAD", cwd=published).stdout.strip()
    repository.write(".pre-commit-config.yaml", CONFIG.format(url=published.as_uri(), rev=rev))
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message=first")
    repository.install_hooks()
    return repository
