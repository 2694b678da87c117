"""What every test may rely on: an environment that the machine and its user have no part in."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

# CPython 3.11 can fail in ast.parse ("AST constructor recursion depth mismatch") when the garbage collector
# runs inside it; pytest rewrites the large modules of hypothesis through it.
gc.disable()
import hypothesis  # noqa: E402, F401

gc.enable()
from tests.servers import database_server, lab, versions  # noqa: E402

__all__ = ["database_server", "lab"]

PREFIX = "assay-tests-"
ROOM = 4 << 30
"""Bytes; the servers of a whole run take about one gigabyte."""

FOREIGN = (
    "ALEMBIC_",
    "ASSAY_",
    "GIT_",
    "GITHUB_",
    "MAKE",
    "PG",
    "PRE_COMMIT",
    "SQLFLUFF_",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
)
FOREIGN_NAMES = (
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "DATABASE_URL",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "SKIP",
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_server" in metafunc.fixturenames:
        metafunc.parametrize("database_server", versions(metafunc), indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def hermetic_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No configuration of git, sqlfluff, PostgreSQL, pre-commit or Assay reaches a test, nor a cache of Assay's.

    The folders are open to everybody: as root, the servers run as another user. pip and npm keep their
    caches and the indexes that the machine tells them to use.
    """
    tmp_path_factory.getbasetemp()  # what a test writes stays on the disk, to be looked at
    _clear_up()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_memory()))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith(FOREIGN) or n in FOREIGN_NAMES]:
            patch.delenv(name)
        for name, value in {**_package_managers(Path.home()), **_identity(), **_folders(folder)}.items():
            patch.setenv(name, value)
        patch.setattr(tempfile, "tempdir", str(folder))
        yield
    shutil.rmtree(folder, ignore_errors=True)  # a server that stops takes its own files away meanwhile


def _memory() -> Path | None:
    """Where there is a file system in memory with room: a database is made there in a third of the time."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK | os.X_OK) or shutil.disk_usage(shared).free < ROOM:
        return None
    return shared


def _clear_up() -> None:
    """Take away what killed runs left there."""
    for left in (_memory() or Path(tempfile.gettempdir())).glob(f"{PREFIX}*-*"):
        if not psutil.pid_exists(int(left.name.removeprefix(PREFIX).partition("-")[0])):
            shutil.rmtree(left, ignore_errors=True)


def _folders(folder: Path) -> dict[str, str]:
    home, cache = folder / "home", folder / "cache"
    for made in (home, cache):
        made.mkdir()
    return {"HOME": str(home), "ASSAY_CACHE_DIR": str(cache)}


def _identity() -> dict[str, str]:
    names = {f"GIT_{who}_NAME": "A Developer" for who in ("AUTHOR", "COMMITTER")}
    mails = {f"GIT_{who}_EMAIL": "developer@example.com" for who in ("AUTHOR", "COMMITTER")}
    return {**names, **mails, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def _package_managers(home: Path) -> dict[str, str]:
    """Where pip and npm keep what they downloaded and how they reach their index, though HOME changes."""
    places = {
        "PIP_CACHE_DIR": home / ".cache/pip",
        "PIP_CONFIG_FILE": home / ".config/pip/pip.conf",
        "NPM_CONFIG_CACHE": home / ".npm",
        "NPM_CONFIG_USERCONFIG": home / ".npmrc",
    }
    return {name: str(path) for name, path in places.items() if name not in os.environ and path.exists()}
