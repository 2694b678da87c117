"""The git executable, read-only."""

from __future__ import annotations

from pathlib import Path


class Git:
    """A git repository as seen from a directory; the environment of hooks is honoured."""

    def __init__(self, cwd: Path) -> None:
        self.cwd = cwd
