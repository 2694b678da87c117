"""PostgreSQL's own process: initdb, start, stop, and what its pid file and its socket tell."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from msgspec import Struct

from assay.errors import EnvironmentFailedError
from assay.scratch.account import Account
from assay.scratch.binaries import Binaries
from assay.scratch.pidfile import PidFile
from assay.scratch.process import environment, spawn_detached
from assay.scratch.seal import run_sealed, sealed_command
from assay.scratch.server import PORT, SEALED, SUPERUSER
from assay.scratch.sockets import remove_socket, socket_name

START_SECONDS = 60.0
STOP_SECONDS = 20.0
DOUBT_SECONDS = 0.5
"""After this long, a server that says nothing more is looked up among the processes."""
POLL_SECONDS = 0.004

COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "50",
    "shared_buffers": "32MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
}
UNDURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
}
"""Nothing that waits for the disk, and not much of it."""
REPEATABLE = {
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "max_locks_per_transaction": "512",
    "deadlock_timeout": "200ms",
    "track_counts": "on",
}
"""What a statement locks, scans and rewrites must not depend on the moment or on the machine."""


SINCE_18 = {"io_method": "sync"}
"""What it reads is in the system's memory: no process has to fetch it."""


def initdb(data: Path, binaries: Binaries, account: Account, durable: bool, held: int) -> None:
    """Make a cluster in the empty folder `data`; the program keeps the lock `held`, should we be killed."""
    options = ["--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"]
    options += ["--no-instructions", *([] if durable else ["--no-sync"])]
    result = subprocess.run(
        [binaries.program("initdb"), "--pgdata", data, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd="/",
        env=environment(),
        check=False,
        pass_fds=(held,),
        **account.options(),
    )
    if result.returncode:
        raise EnvironmentFailedError(
            f"PostgreSQL's initdb failed in {data}: {_last_complaint(result.stdout)}.",
            "Free some space or mend its permissions, or set ASSAY_CACHE_DIR to another folder.",
        )


def answering_socket(data: Path) -> Path | None:
    """The folder of the socket behind which the server of `data` is ready; None when it is not."""
    found = PidFile.read(data)
    if found is None or not found.ready or not _answers(socket_name(found.socket_folder)):
        return None
    return found.socket_folder


def stop(data: Path) -> bool:
    """Stop the server of `data`, disconnecting its clients; whether there was one."""
    found = PidFile.read(data)
    if found is None or not (_answers(socket_name(found.socket_folder)) or found.is_alive(data)):
        return False
    for demand, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_SECONDS)):
        _signal(found.pid, demand)
        begun = time.monotonic()
        while time.monotonic() < begun + seconds:
            if PidFile.read(data) is None:
                return True
            if time.monotonic() > begun + DOUBT_SECONDS and not found.is_alive(data):
                return True
            time.sleep(POLL_SECONDS)
    raise EnvironmentFailedError(
        f"The PostgreSQL server in {data} (process {found.pid}) does not stop.",
        f"End it with `kill -9 {found.pid}`.",
    )


class Start(Struct, frozen=True):
    """One start of the server of `data`, with its socket in `sockets`."""

    data: Path
    sockets: Path
    binaries: Binaries
    account: Account
    durable: bool

    @property
    def log(self) -> Path:
        """What the server writes, from its start on."""
        return self.data.parent / "log"

    def run(self, held: int) -> int:
        """Start it, and wait until it is ready; its process id. It keeps the lock `held` while it lives."""
        PidFile.remove(self.data)
        remove_socket(self.sockets)
        pid = self._launch(held, time.monotonic() + START_SECONDS)
        if pid is None:
            raise EnvironmentFailedError(
                f"PostgreSQL {self.binaries.major} did not start: {_last_complaint(self._said())}.",
                f"Its whole log is {self.log}.",
            )
        return pid

    def _launch(self, held: int, deadline: float) -> int | None:
        """The new server's process id; None if it ended before it was ready."""
        alive, held_by_server = os.pipe()
        try:
            with self.log.open("wb") as log:
                self._spawn(log, (held, held_by_server))
            os.close(held_by_server)
            held_by_server = -1
            return self._wait(alive, deadline)
        finally:
            os.close(alive)
            if held_by_server >= 0:
                os.close(held_by_server)

    def _spawn(self, log: IO[bytes], keep_open: tuple[int, ...]) -> None:
        """Start it: where it is not somebody's own database, so that it can connect to nothing."""

        def spawn(command: list[str]) -> bool:
            spawn_detached(command, self.account, output=log, keep_open=keep_open)
            return True

        command, mark = self._command(), self.data.with_name(SEALED)
        if not self.durable:
            mark.touch(mode=0o600)
            wrapped = sealed_command(command, self.binaries.major)
            if spawn(wrapped) if wrapped else run_sealed(lambda: spawn(command), self.binaries.major):
                return
        mark.unlink(missing_ok=True)
        spawn(command)

    def _wait(self, alive: int, deadline: float) -> int | None:
        """Wait for readiness; the pipe `alive` ends when the last process of the server has."""
        while time.monotonic() < deadline:
            found = PidFile.read(self.data)
            if found is not None and found.ready:
                return found.pid
            if select.select([alive], [], [], POLL_SECONDS)[0]:
                return None
        return None

    def _command(self) -> list[str]:
        settings = COMMON | ({} if self.durable else UNDURABLE | REPEATABLE)
        if self.binaries.major >= 18:
            settings |= SINCE_18
        settings["unix_socket_directories"] = '"' + str(self.sockets) + '"'
        if sys.platform == "linux":
            settings["client_connection_check_interval"] = "500ms"
        command = [str(self.binaries.program("postgres")), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
        return True


def _signal(pid: int, demand: signal.Signals) -> None:
    try:
        os.kill(pid, demand)
    except ProcessLookupError:
        return


def _last_complaint(output: str) -> str:
    """The last line that names an error, without its prefix and full stop."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    loud = (
        [line for line in lines if "FATAL" in line or "error" in line.lower()] or lines or ["it said nothing"]
    )
    return loud[-1].removesuffix(".")
