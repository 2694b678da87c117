"""A proxy between a run and its server that cuts connections, or behaves like a pooler."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

Cut = Literal["before", "after", "lingering"]
"""What becomes of a COMMIT: it never arrives; its answer never arrives; and the server notices later."""

KEY = b"K\x00\x00\x00\x0c"
"""BackendKeyData (PostgreSQL manual, "Message Formats"): the process id follows."""


class Proxy:
    def __init__(self, server: Path, folder: Path, *, pooler: bool) -> None:
        self.folder = folder
        self._server = server / ".s.PGSQL.5432"
        self._pooler = pooler
        self._cut: Cut | None = None
        self._commits = 0
        self._open: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, how: Cut, commit: int) -> None:
        """Do it to that COMMIT, from 1."""
        self._cut, self._commits = how, commit

    def close(self) -> None:
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                self._open += [client, server]
                silent = threading.Event()
                for args in ((client, server, self._to_server), (server, client, self._to_client)):
                    threading.Thread(target=self._pump, args=(*args, silent), daemon=True).start()

    def _pump(
        self,
        source: socket.socket,
        sink: socket.socket,
        change: Callable[[bytes, socket.socket, socket.socket, threading.Event], bytes | None],
        silent: threading.Event,
    ) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                changed = change(data, source, sink, silent)
                if changed is None:
                    return
                if changed and not (silent.is_set() and change == self._to_client):
                    sink.sendall(changed)
        if not silent.is_set():
            for each in (source, sink):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _to_server(
        self, data: bytes, client: socket.socket, server: socket.socket, silent: threading.Event
    ) -> bytes | None:
        if self._cut is None or b"COMMIT\x00" not in data:
            return data
        self._commits -= 1
        if self._commits:
            return data
        how, self._cut = self._cut, None
        silent.set()
        if how != "before":
            server.sendall(data)
        client.shutdown(socket.SHUT_RDWR)
        if how == "lingering":
            threading.Timer(1.0, server.shutdown, [socket.SHUT_RDWR]).start()
        else:
            server.shutdown(socket.SHUT_WR)
        return None

    def _to_client(
        self, data: bytes, server: socket.socket, client: socket.socket, silent: threading.Event
    ) -> bytes:
        at = data.find(KEY)
        if self._pooler and at >= 0:
            return data[: at + 5] + b"\x00\x01\x02\x03" + data[at + 9 :]
        return data


@contextmanager
def proxied(server: Path, *, pooler: bool = False) -> Iterator[Proxy]:
    """A proxy whose socket stands in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="assay-proxy-"))
    proxy = Proxy(server, folder, pooler=pooler)
    try:
        yield proxy
    finally:
        proxy.close()
        shutil.rmtree(folder)
