"""One PostgreSQL cluster in one folder, shared by as many processes as want it.

    lock     held alone, shortly, by whoever starts or stops the server
    users    held together by everyone who uses it: the system gives it back however a process ends
    data/    PGDATA, in place only once initdb has finished
    socket/  the socket, where the path is short enough for one
    log      what the server says; begun anew at each start

The last to leave stops the server. Should that one be killed, the watchdog, a small process that waits for
`users`, does it. Authentication is `trust` behind folders of mode 0700: entering them is the permission.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assay.errors import EnvironmentFailedError
from assay.scratch import locks, postmaster
from assay.scratch.account import Account, make_folder, reachable_binaries, require_reachable, server_account
from assay.scratch.binaries import Binaries
from assay.scratch.server import Server
from assay.scratch.sockets import socket_folder
from assay.scratch.watchdog import watch


@dataclass(frozen=True)
class Cluster:
    """A cluster in `folder`, run with `binaries`; `durable` keeps its data through a crash of the machine.

    The folder is made when missing. Its data belongs to one major version: name the folder after it.
    """

    folder: Path
    binaries: Binaries
    durable: bool = False

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.folder / "data"

    @contextmanager
    def running(self) -> Iterator[Server]:
        """The server, started if nobody uses it yet, and stopped at the end if nobody else does."""
        held, server = self._join()
        try:
            yield server
        finally:
            self._leave(held)

    def status(self) -> Server | None:
        """The server if it runs at this moment."""
        folder = postmaster.answering_socket(self.data)
        return None if folder is None else Server(folder, self.binaries)

    def stop(self) -> bool:
        """Stop the server whoever uses it; whether there was one."""
        if not self.folder.exists():
            return False
        with locks.exclusive(self.folder / "lock"):
            return postmaster.stop(self.data)

    def stop_if_unused(self) -> bool:
        """Stop the server if nobody uses it; whether nobody does."""
        with locks.exclusive(self.folder / "lock"):
            unused = locks.is_free(self.folder / "users")
            if unused:
                postmaster.stop(self.data)
            return unused

    def _join(self) -> tuple[int, Server]:
        account = server_account()
        with _explained(self.folder):
            self._prepare(account)
            with locks.exclusive(self.folder / "lock"):
                held = locks.shared(self.folder / "users")
                try:
                    return held, self._ensure_started(account)
                except BaseException:
                    os.close(held)
                    raise

    def _leave(self, held: int) -> None:
        os.close(held)
        self.stop_if_unused()

    def _prepare(self, account: Account) -> None:
        require_reachable(self.folder, account)
        make_folder(self.folder, account)

    def _ensure_started(self, account: Account) -> Server:
        running = self.status()
        if running is not None:
            return running
        copies = self.folder.parent / "programs"
        binaries = reachable_binaries(self.binaries, account, copies)
        if not self.data.exists():
            self._initialise(binaries, account)
        sockets = socket_folder(self.folder, account)
        pid = postmaster.Start(self.data, sockets, binaries, account, self.durable).run()
        watch(self.folder, pid)
        return Server(sockets, self.binaries)

    def _initialise(self, binaries: Binaries, account: Account) -> None:
        partial = self.folder / "data.new"
        if partial.exists():
            shutil.rmtree(partial)
        partial.mkdir()
        account.own(partial)
        postmaster.initdb(partial, binaries, account, self.durable)
        partial.rename(self.data)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentFailedError(
            f"The server folder {folder} cannot be used: {error.strerror or error}.",
            "Free some space or mend its permissions, or set ASSAY_CACHE_DIR to another folder.",
        ) from error
