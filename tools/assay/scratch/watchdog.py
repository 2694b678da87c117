"""The process that stops a server when the last of its users was killed and could not.

It sleeps on the `users` lock, which costs nothing, and ends with the server that it was started for.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assay.scratch import locks, postmaster
from assay.scratch.account import Account
from assay.scratch.pidfile import PidFile
from assay.scratch.process import spawn_detached

PACKAGES = Path(__file__).resolve().parents[2]


def watch(folder: Path, pid: int) -> None:
    """Start the watchdog of the server `pid` in the cluster `folder`."""
    command = [sys.executable, "-m", "assay.scratch.watchdog", str(folder), str(pid)]
    spawn_detached(command, Account(), variables={"PYTHONPATH": str(PACKAGES)})


def main(folder: Path, pid: int) -> None:
    """Wait until nobody uses the cluster, then stop the server, unless somebody came meanwhile."""
    data = folder / "data"
    while _serves(data, pid):
        locks.wait_until_free(folder / "users")
        with locks.exclusive(folder / "lock"):
            if _serves(data, pid) and locks.is_free(folder / "users"):
                postmaster.stop(data)


def _serves(data: Path, pid: int) -> bool:
    found = PidFile.read(data)
    return found is not None and found.pid == pid and postmaster.answering_socket(data) is not None


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
