"""Two real servers for the rules to look at, each started once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.errors import EnvironmentFailedError
from assay.scratch import Databases, find_binaries
from assay.scratch.binaries import Binaries
from assay.scratch.choice import local_server

from .lab import Lab

INSTALLED = 15
"""The version that CI and most development machines have beside the embedded one."""


@pytest.fixture(scope="session", params=["embedded", "installed"])
def database_server(request: pytest.FixtureRequest) -> Iterator[tuple[str, Databases]]:
    """The name of a running server, and the throwaway databases on it."""
    scratch = local_server(_binaries(request.param))
    with scratch as server, Databases(server) as databases:
        yield str(scratch), databases


def _binaries(which: str) -> Binaries:
    if which == "embedded":
        return find_binaries()
    try:
        return find_binaries(INSTALLED)
    except EnvironmentFailedError as error:
        pytest.skip(error.message)


@pytest.fixture
def lab(database_server: tuple[str, Databases], tmp_path: Path) -> Lab:
    name, databases = database_server
    return Lab(tmp_path / "project", name, databases.server, databases)
