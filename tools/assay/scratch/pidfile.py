"""`postmaster.pid`: which process serves a data folder, if it still does.

Lines: pid, data folder, start time, port, socket folder, listen address, shared memory, status
(PostgreSQL's src/include/utils/pidfile.h).
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

NAME = "postmaster.pid"
STATUS_LINE = 7


class PidFile(Struct, frozen=True):
    """What the server of a data folder wrote about itself."""

    pid: int
    socket_folder: Path
    ready: bool

    @staticmethod
    def read(data: Path) -> PidFile | None:
        """The pid file of `data`; None when there is none, or one still being written."""
        try:
            lines = (data / NAME).read_text(errors="replace").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not lines or not lines[0].strip().isdigit():
            return None
        lines += [""] * (STATUS_LINE + 1 - len(lines))
        return PidFile(int(lines[0]), Path(lines[4].strip()), lines[STATUS_LINE].strip() == "ready")

    @staticmethod
    def exists(data: Path) -> bool:
        """Whether there is a pid file, readable or not."""
        return (data / NAME).exists()

    @staticmethod
    def remove(data: Path) -> None:
        """Take a left-over pid file away."""
        (data / NAME).unlink(missing_ok=True)

    def is_alive(self, data: Path) -> bool:
        """Whether the process is a PostgreSQL on `data`, no zombie and no other with the same number."""
        import psutil

        try:
            process = psutil.Process(self.pid)
            return bool(process.status() != psutil.STATUS_ZOMBIE and str(data) in process.cmdline())
        except psutil.AccessDenied:
            return True
        except psutil.NoSuchProcess:
            return False
