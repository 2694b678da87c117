"""One PostgreSQL cluster in one folder, shared by as many processes as want it.

    lock     held alone, shortly, by whoever starts or stops the server
    users    held together by everyone who uses it: the system gives it back however a process ends
    server   held by the server's own processes, and by initdb's
    watchdog held by the watchdog
    data/    PGDATA, in place only once initdb has finished
    socket/  the socket, where the path is short enough for one
    log      what the server says; begun anew at each start

The last to leave stops the server. Should that one be killed, the watchdog, a small process that waits for
`users`, does it. Authentication is `trust` behind folders of mode 0700: entering them is the permission.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from assay.errors import EnvironmentFailedError
from assay.scratch import locks, postmaster
from assay.scratch.account import Account, make_folder, reachable_binaries, require_reachable, server_account
from assay.scratch.binaries import Binaries
from assay.scratch.pidfile import PidFile
from assay.scratch.server import LocalServer
from assay.scratch.sockets import socket_folder
from assay.scratch.spares import Spares
from assay.scratch.watchdog import watch

AUTO_CONF_BYTES = 88
"""Of a postgresql.auto.conf in which there is only its comment."""
LOCKS = ("lock", "users", "server", "watchdog")


class Cluster(Struct, frozen=True):
    """A cluster in `folder`, run with `binaries`; `durable` keeps its data through a crash of the machine.

    The folder is made when missing. Its data belongs to one major version: name the folder after it.
    The data of a `disposable` one is made anew after a crash, or when the server does not start from it.
    """

    folder: Path
    binaries: Binaries
    durable: bool = False
    disposable: bool = False

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.folder / "data"

    @contextmanager
    def running(self) -> Iterator[LocalServer]:
        """The server, started if nobody uses it yet, and stopped at the end if nobody else does."""
        held, server = self._join()
        try:
            yield server
        finally:
            self._leave(held)

    def status(self) -> LocalServer | None:
        """The server if it runs at this moment."""
        folder = postmaster.answering_socket(self.data)
        return None if folder is None else self._server(folder)

    def stop(self) -> bool:
        """Stop the server whoever uses it; whether there was one."""
        if not (self.folder / LOCKS[0]).exists():
            return False
        with locks.exclusive(self.folder / "lock"):
            return postmaster.stop(self.data)

    def stop_if_unused(self) -> bool:
        """Stop the server if nobody uses it; whether nobody does."""
        with locks.exclusive(self.folder / "lock"):
            return self._stop_if_unused()

    def remove(self) -> bool:
        """Remove the folder, unless somebody uses it; whether it is gone."""
        with suppress(FileNotFoundError), locks.exclusive(self.folder / "lock"):
            if not locks.is_unused(self.folder / "users"):
                return False
            postmaster.stop(self.data)
            shutil.rmtree(self.folder)
        return True

    def _server(self, sockets: Path) -> LocalServer:
        return LocalServer(sockets, self.binaries, self.disposable, self.data)

    def _join(self) -> tuple[int, LocalServer]:
        account = server_account()
        with _explained(self.folder):
            while True:
                self._prepare(account)
                with suppress(FileNotFoundError):  # removed by `remove` while we waited for it
                    return self._enter(account)

    def _enter(self, account: Account) -> tuple[int, LocalServer]:
        with locks.exclusive(self.folder / "lock"):
            held = locks.shared(self.folder / "users")
            try:
                return held, self._ensure_started(account)
            except BaseException as error:
                os.close(held)
                if isinstance(error, FileNotFoundError):
                    raise EnvironmentFailedError(
                        f"A file of the server in {self.folder} is missing: {error.filename}.",
                        "Run `assay scratch clean`, and try again.",
                    ) from error
                raise

    def _leave(self, held: int) -> None:
        """Leave while we hold `lock`, so that the watchdog is not the first to see that nobody is left."""
        try:
            with locks.exclusive(self.folder / "lock"):
                os.close(held)
                held = -1
                self._stop_if_unused()
        finally:
            if held >= 0:
                os.close(held)

    def _stop_if_unused(self) -> bool:
        unused = locks.is_unused(self.folder / "users")
        if unused:
            postmaster.stop(self.data)
            if self.disposable:
                Spares(self.data).restore()
        return unused

    def _prepare(self, account: Account) -> None:
        require_reachable(self.folder, account)
        make_folder(self.folder, account)
        for name in LOCKS:
            (self.folder / name).touch(mode=0o600)

    def _ensure_started(self, account: Account) -> LocalServer:
        found = self._adopt_or_hold()
        if isinstance(found, LocalServer):
            return found
        try:
            sockets = socket_folder(self.folder, account)
            copies = self.folder.parent / "programs"
            binaries = reachable_binaries(self.binaries, account, copies)
            self._start(postmaster.Start(self.data, sockets, binaries, account, self.durable), found)
        finally:
            os.close(found)
        return self._server(sockets)

    def _adopt_or_hold(self) -> LocalServer | int:
        """The server if it runs, or becomes ready now; else the `server` lock, once that is free."""
        deadline = time.monotonic() + postmaster.START_SECONDS
        while time.monotonic() < deadline:
            running = self.status()
            if running is not None:
                return running
            held = locks.try_exclusive(self.folder / "server")
            if held is not None:
                return held
            time.sleep(postmaster.POLL_SECONDS)
        raise EnvironmentFailedError(
            f"A process of a former PostgreSQL server in {self.folder} does not end.",
            "Find it with `ps`, end it, and try again.",
        )

    def _start(self, start: postmaster.Start, held: int) -> None:
        """Start the server; a disposable one from new data where the old is in doubt."""
        crashed = PidFile.exists(self.data)
        if self.disposable and crashed:
            self._discard()
        existed = self.data.exists()
        if not existed:
            self._initialise(start, held)
        if self.disposable:
            self._forget_settings()
            Spares(self.data).forget_used()
        watch(self.folder)
        try:
            start.run(held)
        except EnvironmentFailedError:
            if not (self.disposable and existed):
                raise
            self._discard()
            self._initialise(start, held)
            start.run(held)

    def _initialise(self, start: postmaster.Start, held: int) -> None:
        partial = self.folder / "data.new"
        if partial.exists():
            shutil.rmtree(partial)
        partial.mkdir()
        try:
            start.account.own(partial)
            postmaster.initdb(partial, start.binaries, start.account, self.durable, held)
        except EnvironmentFailedError:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        partial.rename(self.data)

    def _forget_settings(self) -> None:
        """What an ALTER SYSTEM of some revision left."""
        settings = self.data / "postgresql.auto.conf"
        if settings.exists() and settings.stat().st_size > AUTO_CONF_BYTES:
            settings.write_text("")

    def _discard(self) -> None:
        shutil.rmtree(self.data)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentFailedError(
            f"The server folder {folder} cannot be used: {error.strerror or error}.",
            "Free some space or mend its permissions, or set ASSAY_CACHE_DIR to another folder.",
        ) from error
