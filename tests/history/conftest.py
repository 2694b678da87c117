from __future__ import annotations

import os
from pathlib import Path

import pytest

from .world import World


@pytest.fixture(autouse=True)
def hermetic(monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration, hook environment or CI of the machine reaches a test."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "PRE_COMMIT_")) or name == "ALEMBIC_CONFIG":
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A Developer")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "developer@example.com")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A repository with an empty project at its top."""
    return World(tmp_path / "repository").start()


@pytest.fixture
def published(world: World) -> World:
    """A repository whose remote main, and HEAD, have the revisions aaaa and bbbb; on the branch `work`."""
    world.line("aaaa", "bbbb")
    world.commit()
    world.publish()
    world.git("checkout", "-q", "-b", "work")
    return world
