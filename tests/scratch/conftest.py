"""Folders that the servers' account can reach, also when the tests run as root."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.scratch import Cluster, find_binaries


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="assay-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def cluster(open_folder: Path) -> Iterator[Cluster]:
    made = Cluster(open_folder / "cluster", find_binaries())
    yield made
    made.stop()
