"""Folders that the servers' account can reach, also when the tests run as root."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.scratch import Cluster, Databases, Server, find_binaries, holdings

from tests.scratch.support import MAJORS, server_of


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="assay-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cluster(open_folder: Path) -> Iterator[Cluster]:
    made = Cluster(open_folder / "cluster", find_binaries())
    yield made
    made.stop()


@pytest.fixture
def cache(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder of the test's own; no server of it survives the test."""
    folder = open_folder / "cache"
    folder.mkdir(mode=0o755)
    monkeypatch.setenv("ASSAY_CACHE_DIR", str(folder))
    yield folder
    holdings.stop()


@pytest.fixture(scope="package", params=MAJORS, ids=[f"PostgreSQL {major}" for major in MAJORS])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running scratch server, shared by the tests of this folder and by nobody else."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="assay-") as folder:
        Path(folder).chmod(0o755)
        patch.setenv("ASSAY_CACHE_DIR", folder)
        with server_of(request.param) as running:
            yield running
        holdings.stop()


@pytest.fixture
def ours(server: Server) -> Iterator[Databases]:
    """A run on that server."""
    with Databases(server) as entered:
        yield entered
