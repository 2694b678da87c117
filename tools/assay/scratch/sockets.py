"""Where a server's socket goes: a private folder whose path is short enough for the system."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from assay.errors import EnvironmentFailedError
from assay.scratch.account import Account, unreachable
from assay.scratch.server import PORT

MAX_SOCKET_PATH_BYTES = 103
"""sun_path holds 104 bytes with its end on macOS and 108 on Linux (unix(4), unix(7)); the smaller counts."""
SEPARATORS = ","
"""libpq reads a comma in `host` as a list of hosts."""


def socket_name(folder: Path) -> Path:
    """The socket that PostgreSQL makes in `folder`."""
    return folder / f".s.PGSQL.{PORT}"


def remove_socket(folder: Path) -> None:
    """Take away what a killed server left in `folder`: its socket and the lock file beside it."""
    path = socket_name(folder)
    for left_over in (path, path.with_name(f"{path.name}.lock")):
        left_over.unlink(missing_ok=True)


def socket_folder(cluster: Path, account: Account) -> Path:
    """Make and return the folder for the socket of the cluster in `cluster`."""
    for parent, name in _candidates(cluster):
        folder = parent / name
        if _fits(folder) and _private(parent, account):
            folder.mkdir(mode=0o700, exist_ok=True)
            account.own(folder)
            return folder
    raise EnvironmentFailedError(
        "No private folder with a path short enough for a unix socket was found.",
        f"Set TMPDIR to a folder of yours whose path is shorter than {MAX_SOCKET_PATH_BYTES - 40} bytes.",
    )


def _candidates(cluster: Path) -> Iterator[tuple[Path, str]]:
    """The cluster's own folder first; else a short one of this user's, named by the cluster's digest."""
    yield cluster, "socket"
    digest = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime).is_dir():
        yield Path(runtime) / "assay", digest
    for temporary in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - checked by _private
        yield Path(temporary) / f"assay-{os.geteuid()}", digest


def _fits(folder: Path) -> bool:
    path = os.fsencode(socket_name(folder))
    return len(path) <= MAX_SOCKET_PATH_BYTES and not any(mark in str(folder) for mark in SEPARATORS)


def _private(parent: Path, account: Account) -> bool:
    """Whether `parent` is a folder of ours that nobody else can write to, and the server can enter."""
    try:
        if not parent.exists():
            parent.mkdir()
            parent.chmod(0o711)  # whatever the umask is
        found = parent.lstat()
    except OSError:
        return False
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
    return ours and (account.uid is None or unreachable(parent) is None)
