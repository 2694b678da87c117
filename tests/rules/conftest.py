"""Two real servers for the rules to look at, each started once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server

from tests.majors import installed

from .lab import Lab


@pytest.fixture(scope="session", params=["embedded", "installed"])
def database_server(request: pytest.FixtureRequest) -> Iterator[tuple[str, Databases]]:
    """The name of a running server, and the throwaway databases on it."""
    scratch = local_server(find_binaries() if request.param == "embedded" else installed())
    with scratch as server, Databases(server) as databases:
        yield str(scratch), databases


@pytest.fixture
def lab(database_server: tuple[str, Databases], tmp_path: Path) -> Lab:
    name, databases = database_server
    return Lab(tmp_path / "project", name, databases.server, databases)
