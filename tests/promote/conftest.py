"""A server of each major version at hand, of this folder's own."""

from __future__ import annotations

import multiprocessing.util
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.scratch import holdings

from tests.promote.chaos.machine import Machine, machine
from tests.promote.world import World
from tests.scratch.support import MAJORS, server_of

multiprocessing.util.get_temp_dir()  # now: the tests' own is gone before it is let go


@pytest.fixture(scope="package", params=MAJORS, ids=[f"PostgreSQL {major}" for major in MAJORS])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="assay-") as folder:
        Path(folder).chmod(0o755)
        patch.setenv("ASSAY_CACHE_DIR", folder)
        with server_of(request.param) as running:
            yield World(running)
        holdings.stop()


@pytest.fixture(scope="package")
def durable() -> Iterator[Machine]:
    """A server of the embedded version that keeps its data through a crash, and sends its WAL to replicas."""
    with machine() as made:
        yield made
