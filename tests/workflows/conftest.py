"""The hub that the tests of a worker share: each test opens a pull request of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frame.support import made_once
from tests.github.fake.server import FakeGitHub

from .hub import NAME, Hub, git, make_repository


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """GitHub, as far as a workflow sees it."""
    made: Path = made_once(tmp_path_factory, "hub", make_repository)
    folder = tmp_path_factory.mktemp("hub-of-worker")
    git(folder, "clone", "-q", "--bare", str(made / "origin.git"), "origin.git")
    git(folder / "origin.git", "config", "uploadpack.allowFilter", "true")  # as GitHub allows it
    with FakeGitHub() as fake:
        fake.seed(NAME)
        yield Hub(folder, fake)
