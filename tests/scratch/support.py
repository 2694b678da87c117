"""Servers to test on, and processes to kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from assay.errors import EnvironmentFailedError
from assay.scratch import ScratchServer, Server, find_binaries
from assay.scratch.choice import local_server

from tests.majors import INSTALLED

MAJORS = tuple(sorted({INSTALLED, find_binaries().major}))


def server_of(major: int) -> ScratchServer:
    """A scratch server of that version; the test is skipped where there is none."""
    try:
        return local_server(find_binaries(major))
    except EnvironmentFailedError as error:
        pytest.skip(error.message)


def column(server: Server, database: str | None, query: str) -> list[Any]:
    """The first column of a query's rows."""
    with server.connect(database) as session, session.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def databases(server: Server) -> list[str]:
    """The databases that are ours."""
    return column(server, None, "SELECT datname FROM pg_database WHERE datname LIKE 'assay%' ORDER BY 1")


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether `condition` becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def start_python(code: str, **variables: str) -> subprocess.Popen[str]:
    """A process of our Python that runs `code`."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    )
