"""Servers of each major version at hand, and databases with something of every kind in them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from assay.errors import EnvironmentFailedError
from assay.scratch import Binaries, Cluster, LocalServer, find_binaries
from psycopg2.extensions import connection

from tests.majors import INSTALLED

BASE = Path(__file__).with_name("base.sql").read_text("utf-8")
SYSTEM = INSTALLED


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[int, LocalServer]]:
    """The embedded server, and the system's where it is installed."""
    folder = Path(tempfile.mkdtemp(prefix="assay-catalog-"))
    folder.chmod(0o755)
    with ExitStack() as running:
        found = {}
        for binaries in [find_binaries(), *_system()]:
            server = running.enter_context(Cluster(folder / str(binaries.major), binaries).running())
            found[binaries.major] = server
            with server.connect() as session, session.cursor() as cursor:
                cursor.execute("CREATE ROLE reporter; CREATE ROLE writer")
            server.create_database("base")
            with server.connect("base") as session, session.cursor() as cursor:
                cursor.execute(BASE)
        yield found
    shutil.rmtree(folder)


def _system() -> list[Binaries]:
    try:
        return [find_binaries(SYSTEM)]
    except EnvironmentFailedError:
        return []


@pytest.fixture(params=["embedded", "system"])
def server(request: pytest.FixtureRequest, servers: dict[int, LocalServer]) -> LocalServer:
    if request.param == "embedded":
        return servers[max(servers)]
    if SYSTEM not in servers or max(servers) == SYSTEM:
        pytest.skip(f"PostgreSQL {SYSTEM} is not installed")
    return servers[SYSTEM]


@pytest.fixture
def database(server: LocalServer) -> Iterator[connection]:
    """A copy of the database, for what a transaction cannot undo."""
    server.create_database("copy", "base")
    with server.connect("copy") as session:
        yield session
    server.drop_database("copy")


def run(session: connection, sql: str) -> None:
    with session.cursor() as cursor:
        cursor.execute(sql)
