"""Real servers for the rules, the trace and the questions to look at, each started once a session."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.scratch import Cluster, Databases, find_binaries

from tests.majors import VARIABLE, installed
from tests.rules.lab import Lab


def versions(metafunc: pytest.Metafunc) -> list[str]:
    """On what a test runs: both if it is marked as one that PostgreSQL's versions may differ in."""
    if VARIABLE in os.environ:
        return ["installed"]
    return (
        ["embedded", "installed"] if metafunc.definition.get_closest_marker("each_version") else ["embedded"]
    )


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest) -> Iterator[tuple[str, Databases]]:
    """The name of a running server that no other test uses, and the throwaway databases on it."""
    binaries = find_binaries() if request.param == "embedded" else installed()
    folder = Path(tempfile.mkdtemp(prefix="assay-"))
    folder.chmod(0o755)
    running = Cluster(folder / "scratch", binaries, disposable=True).running()
    with running as server, Databases(server) as databases:
        yield f"PostgreSQL {binaries.major} ({request.param})", databases
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def lab(database_server: tuple[str, Databases], tmp_path: Path) -> Lab:
    name, databases = database_server
    return Lab(tmp_path / "project", name, databases.server, databases)
