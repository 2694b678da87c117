"""The process that stops a server when the last of its users was killed and could not.

It is started before the server, so that there is no moment in which nobody would stop one, and ends with
it. Sleeping on the `users` lock costs nothing. A cluster has one: a second one finds the lock taken.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from assay.scratch import locks, postmaster
from assay.scratch.account import Account
from assay.scratch.process import spawn_detached

PACKAGES = Path(__file__).resolve().parents[2]
LATER = 'sleep 0.5; exec nice "$@"'
"""Let the server and its first user have the processors first."""
PAUSE_SECONDS = 0.02


def watch(folder: Path) -> None:
    """Start the watchdog of the cluster `folder`, whose server is about to start; we hold its `lock`."""
    command = ["/bin/sh", "-c", LATER, "sh", sys.executable, "-m", "assay.scratch.watchdog", str(folder)]
    spawn_detached(command, Account(), variables={"PYTHONPATH": str(PACKAGES)})


def main(folder: Path) -> None:
    """Wait until nobody uses the cluster, then stop the server, unless somebody came meanwhile."""
    ours = locks.try_exclusive(folder / "watchdog")
    while ours is not None:
        locks.wait_until_free(folder / "users")
        with locks.exclusive(folder / "lock"):
            if locks.is_free(folder / "users"):
                postmaster.stop(folder / "data")
            if locks.is_free(folder / "server"):
                os.close(ours)
                return
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
