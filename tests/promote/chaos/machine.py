"""A server that crashes and comes back with its data, and a disk that is full."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assay.scratch import LocalServer, find_binaries
from assay.scratch.account import server_account
from assay.scratch.cluster import Cluster
from assay.scratch.pidfile import PidFile

if TYPE_CHECKING:
    from assay.scratch import Binaries

SETTINGS = "fsync = off, autovacuum = off, deadlock_timeout = '200ms'"
"""A COMMIT that was answered outlives the server's crash, though not the machine's."""

DISK_KB = 24 * 1024
"""Room for one database, and a second that is being made."""

NO_DISK = "No disk can be filled up: that needs the right to mount (root, or sudo without a password)."


class Machine:
    """One server, and what can be done to it."""

    def __init__(self, folder: Path, stack: ExitStack, binaries: Binaries) -> None:
        self._folder = folder
        self._stack = stack
        self._cluster = Cluster(folder / "cluster", binaries, durable=True)
        self.server: LocalServer = stack.enter_context(self._cluster.running())
        for setting in SETTINGS.split(", "):
            self.run(f"ALTER SYSTEM SET {setting}")
        self.run("SELECT pg_reload_conf()")
        self.disk = self._mount()

    @property
    def process(self) -> int:
        """Its process id."""
        found = PidFile.read(self._cluster.data)
        assert found is not None
        return found.pid

    def run(self, sql: str) -> None:
        with self.server.connect() as session, session.cursor() as cursor:
            cursor.execute(sql)

    def come_back(self) -> None:
        """Start it again after a crash; its data are as they were."""
        self._stack.enter_context(self._cluster.running())

    @contextmanager
    def fills_up(self, free_kb: int) -> Iterator[None]:
        """Leave so little on the disk of the tablespace `tiny`."""
        assert self.disk is not None
        ballast = self.disk / "ballast"
        room = os.statvfs(self.disk)
        left = room.f_bavail * room.f_frsize // 1024 - free_kb
        ballast.write_bytes(b"\0" * 1024 * max(left, 0))
        try:
            yield
        finally:
            ballast.unlink()

    def _mount(self) -> Path | None:
        """A disk of its own for the tablespace `tiny`; None where the system does not let us have one."""
        disk = self._folder / "disk"
        disk.mkdir()
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        mount = [*sudo, "mount", "-t", "tmpfs", "-o", f"size={DISK_KB}k,mode=0777", "none", str(disk)]
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        self._stack.callback(subprocess.run, [*sudo, "umount", "--lazy", str(disk)], check=True)
        (disk / "tablespace").mkdir()
        server_account().own(disk / "tablespace")
        self.run(f"CREATE TABLESPACE tiny LOCATION '{disk / 'tablespace'}'")
        return disk


@contextmanager
def machine(major: int | None = None) -> Iterator[Machine]:
    """One with that version, by default the embedded one."""
    folder = Path(tempfile.mkdtemp(prefix="assay-chaos-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield Machine(folder, stack, find_binaries(major))


def crash(process: int, number: signal.Signals) -> None:
    """End a server without a shutdown: SIGQUIT as `pg_ctl stop -m immediate` does, or SIGKILL."""
    os.kill(process, number)
