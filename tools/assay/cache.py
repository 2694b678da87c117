"""A small cache of results in the user's cache folder, addressed by the content that made them.

Nothing depends on it: an entry that is missing, damaged or unreadable is a miss, and an entry that cannot
be stored (read-only or full disk, no home folder) is not stored, without a word. Everything else that fails
in Assay is told; this one thing only costs time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

DIRECTORY_VARIABLE = "ASSAY_CACHE_DIR"
"""Names the cache folder; an empty value means that it is not set."""

SHARD_LIMIT = 64
"""Most entries in one of a room's 256 folders: with entries below one 4 kB block, 64 MB a room."""

SHARD_KEEP = 48
"""What pruning leaves of a folder that is past its limit."""


def cache_folder() -> Path:
    """Where Assay keeps what it can make again: `ASSAY_CACHE_DIR`, else the platform's user cache."""
    if chosen := os.environ.get(DIRECTORY_VARIABLE):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("assay", appauthor=False))


def key_of(*parts: object) -> str:
    """The address of a result that depends on exactly `parts` (JSON values)."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class Cache:
    """One room of the cache: JSON values by `key_of` their inputs."""

    def __init__(self, room: str, *, folder: Path | None = None) -> None:
        self._folder = (folder or cache_folder()) / room

    def get(self, key: str) -> Any | None:
        """The value stored under `key`; None when there is none that can be trusted."""
        path = self._path(key)
        try:
            digest, _, payload = path.read_bytes().partition(b"\n")
            if digest != _digest(payload):
                return None
            value = json.loads(payload)
        except (OSError, ValueError):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # pruning drops what was not used for longest
        return value

    def put(self, key: str, value: Any) -> None:
        """Store `value` under `key`, atomically; where that fails, nothing is stored."""
        path = self._path(key)
        payload = json.dumps(value).encode()
        own = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                own.write_bytes(_digest(payload) + b"\n" + payload)
                own.replace(path)
            except OSError:
                own.unlink(missing_ok=True)
                return
            _prune(path.parent)
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def _digest(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode()


def _prune(folder: Path) -> None:
    """Drop the entries of `folder` that were used longest ago, once there are too many."""
    entries = list(os.scandir(folder))
    if len(entries) <= SHARD_LIMIT:
        return
    entries.sort(key=lambda entry: entry.stat().st_mtime)
    for entry in entries[:-SHARD_KEEP]:
        Path(entry.path).unlink(missing_ok=True)
