"""The process that stops a server when the last of its users was killed and could not.

It is started before the server, so that there is no moment in which nobody would stop one, and ends with
it. Sleeping on the `users` lock costs nothing. A cluster has one: a second one finds the lock taken.

It runs beside every command, and hardly ever has to stop anything: it is run as a file, by a Python that
looks for no installed packages, and imports no other module of ours before it has to.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

LATER = 'sleep 0.5; exec nice "$@"'
"""Let the server and its first user have the processors first."""
PAUSE_SECONDS = 0.02


def watch(folder: Path) -> None:
    """Start the watchdog of the cluster `folder`, whose server is about to start; we hold its `lock`."""
    from assay.scratch.account import Account
    from assay.scratch.process import spawn_detached

    command = ["/bin/sh", "-c", LATER, "sh", sys.executable, "-I", "-S", __file__, str(folder)]
    spawn_detached(command, Account())


def main(folder: str) -> None:
    """Wait until nobody uses the cluster, then stop the server, unless somebody came meanwhile."""
    ours = _held(f"{folder}/watchdog", wait=False)
    while ours is not None:
        os.close(_waited_for(f"{folder}/users"))
        alone = _waited_for(f"{folder}/lock")
        if _is_free(f"{folder}/users") and not _is_free(f"{folder}/server"):
            _stop(folder)
        if _is_free(f"{folder}/server"):
            os.close(ours)
            return
        os.close(alone)
        time.sleep(PAUSE_SECONDS)


def _stop(folder: str) -> None:
    import site

    site.main()
    sys.path.append(__file__.rpartition("/assay/scratch/")[0])
    from pathlib import Path

    from assay.scratch import postmaster

    postmaster.stop(Path(folder, "data"))


def _held(path: str, *, wait: bool) -> int | None:
    """The descriptor that holds a lock alone; None while somebody else does and we do not wait."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _waited_for(path: str) -> int:
    descriptor = _held(path, wait=True)
    assert descriptor is not None
    return descriptor


def _is_free(path: str) -> bool:
    descriptor = _held(path, wait=False)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is not None


if __name__ == "__main__":
    main(sys.argv[1])
