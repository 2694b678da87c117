"""The scratch clusters of this user: what there is, its size and its users; stop it, remove it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from assay.errors import EnvironmentFailedError, UsageError
from assay.scratch import locks, watchdog
from assay.scratch.binaries import Binaries
from assay.scratch.cluster import LOCKS, Cluster
from assay.scratch.development import cache_folder
from assay.scratch.pidfile import PidFile
from assay.scratch.spares import Spares

SYSTEM_DATABASES = 3
"""template0, template1 and postgres."""


class Holding(Struct, frozen=True):
    """One scratch cluster on this machine."""

    name: str
    """Major version, origin, and a number from the second on: `18-embedded`, `18-embedded-2`."""
    folder: Path
    pid: int | None
    """The server's process; None while it does not run."""
    bytes: int
    """What the folder takes on the disk."""
    databases: int
    """Templates kept for later runs, and databases of runs that are going on; spares do not count."""


def holdings() -> list[Holding]:
    """Every scratch cluster, by name."""
    return [_holding(folder) for folder in _folders()]


def stop() -> list[str]:
    """Stop the servers, whoever uses them; the names of those that ran."""
    return [folder.name for folder in _folders() if _cluster(folder).stop()]


def clean() -> list[str]:
    """Remove the clusters' folders and the copied programs; the names of the clusters.

    Raises UsageError, and removes nothing, while one is used.
    """
    folders = _folders()
    for folder in folders:
        if not locks.is_unused(folder / "users"):
            _refuse(folder)
    for folder in folders:
        _remove(folder)
    programs = root() / "programs"
    if programs.exists():
        shutil.rmtree(programs)
    return [folder.name for folder in folders]


def root() -> Path:
    """The folder of all scratch clusters."""
    return cache_folder() / "scratch"


def _folders() -> list[Path]:
    return sorted(folder for folder in root().glob("*-*") if (folder / LOCKS[0]).exists())


def _cluster(folder: Path) -> Cluster:
    """Enough of it to stop it."""
    return Cluster(folder, Binaries(folder, 0), disposable=True)


def _holding(folder: Path) -> Holding:
    found = PidFile.read(folder / "data") if _cluster(folder).status() else None
    base = folder / "data" / "base"
    databases = sum(entry.name.isdigit() for entry in base.iterdir()) if base.exists() else 0
    databases -= SYSTEM_DATABASES + len(Spares(folder / "data").all())
    size = sum(file.lstat().st_blocks * 512 for file in _files(folder))
    return Holding(folder.name, folder, found.pid if found else None, size, max(0, databases))


def _files(folder: Path) -> list[Path]:
    """Those that are still there: a running server's come and go."""
    found = [Path(inside) / name for inside, _, names in os.walk(folder) for name in names]
    return [file for file in found if os.path.lexists(file)]


def _refuse(folder: Path) -> NoReturn:
    users = ", ".join(map(str, _users(folder))) or "unknown"
    raise UsageError(
        f"The scratch server {folder.name} is in use (by process {users}).",
        "Wait for the process, or end it; `assay scratch stop` stops the server.",
    )


def _remove(folder: Path) -> None:
    try:
        removed = _cluster(folder).remove()
    except OSError as error:
        raise EnvironmentFailedError(
            f"The server folder {folder} cannot be removed: {error.strerror or error}.",
            "Mend its permissions.",
        ) from error
    if not removed:
        _refuse(folder)


def _users(folder: Path) -> list[int]:
    """The processes that hold the `users` lock, other than the watchdog."""
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            opened = {file.path for file in process.open_files()}
            if str(folder / "users") in opened and watchdog.__file__ not in process.cmdline():
                found.append(process.pid)
        except psutil.Error:
            continue
    return found
