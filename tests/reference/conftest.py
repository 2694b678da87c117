"""Real servers for the reference database, and alembic run on them in this process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from assay.scratch import Cluster, Server, find_binaries

from tests.majors import installed

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that the servers' account can reach when the tests run as root (pytest's own is closed)."""
    folder = Path(tempfile.mkdtemp(prefix="assay-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", params=["embedded", "installed"])
def server(request: pytest.FixtureRequest, open_folder: Path) -> Iterator[Server]:
    binaries = find_binaries() if request.param == "embedded" else installed()
    with Cluster(open_folder / f"reference-{binaries.major}", binaries).running() as running:
        yield running


@pytest.fixture(scope="module")
def database(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database for one test module."""
    name = request.module.__name__.rpartition(".")[2]
    server.create_database(name)
    yield name
    server.drop_database(name)


@pytest.fixture
def alembic(server: Server, database: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Go to a revision: `upgrade:003`, `downgrade:base`; `check` compares with the models."""
    monkeypatch.setenv("DATABASE_URL", server.url(database))
    config = Config(str(PROJECT / "alembic.ini"))

    def run(order: str) -> None:
        name, _, revision = order.partition(":")
        getattr(command, name)(config, *([revision] if revision else []))

    return run
