"""The development database of a project: persistent, private, and there without any configuration."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assay.scratch.binaries import find_binaries
from assay.scratch.cluster import Cluster

CACHE_VARIABLE = "ASSAY_CACHE_DIR"
ROOT_CACHE = Path("/var/cache/assay")
"""Root's: its servers run as `nobody`, who cannot enter root's home."""
DATABASE = "development"


def cache_folder() -> Path:
    """ASSAY_CACHE_DIR if set, else the user's cache folder (/var/cache/assay for root)."""
    configured = os.environ.get(CACHE_VARIABLE)
    if configured:
        return Path(configured).expanduser().resolve()
    if os.geteuid() == 0:
        return ROOT_CACHE
    import platformdirs

    return Path(platformdirs.user_cache_dir("assay", appauthor=False))


def development_cluster(project_root: Path) -> Cluster:
    """The cluster of the project in `project_root`: one for each checkout and major version."""
    binaries = find_binaries()
    root = project_root.resolve()
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:10]
    folder = cache_folder() / "development" / f"{digest}-{binaries.major}"
    return Cluster(folder, binaries, durable=True)


@contextmanager
def development_url(project_root: Path) -> Iterator[str]:
    """The SQLAlchemy URL of the project's development database, served until the last user leaves."""
    with development_cluster(project_root).running() as server:
        if not server.has_database(DATABASE):
            server.create_database(DATABASE)
        yield server.url(DATABASE)
