"""File locks that the system gives back however a process ends (`flock`)."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MOMENT_SECONDS = 0.001


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold `path` alone; waits for whoever holds it. FileNotFoundError where they removed it meanwhile."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not os.path.samestat(os.fstat(descriptor), path.stat()):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        yield
    finally:
        os.close(descriptor)


def open_lock(path: Path) -> int:
    """A descriptor on the lock file, which must be there; closing it gives the lock back."""
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)


def shared(path: Path) -> int:
    """Hold `path` together with others; the descriptor that holds it."""
    descriptor = open_lock(path)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def try_exclusive(path: Path) -> int | None:
    """The descriptor that holds `path` alone; None while somebody else holds it."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_free(path: Path) -> bool:
    """Whether nobody holds `path` at this moment."""
    descriptor = try_exclusive(path)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is not None


def is_unused(path: Path) -> bool:
    """Whether nobody shares `path` now. The watchdog, which holds it alone for a moment, does not count."""
    while not is_free(path):
        if _can_share(path):
            return is_free(path)  # it was the watchdog's until just now, or else is shared
        time.sleep(MOMENT_SECONDS)
    return True


def _can_share(path: Path) -> bool:
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
