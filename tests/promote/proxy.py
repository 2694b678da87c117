"""A TCP proxy between a run and its server that cuts a connection during COMMIT."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Literal

Cut = Literal["before", "after", "lingering"]
"""What becomes of a COMMIT: it never arrives; its answer never arrives; and the server notices later."""


class Proxy:
    """On a port of its own."""

    def __init__(self, server: Path) -> None:
        """`server` is the folder of its socket."""
        self._server = server / ".s.PGSQL.5432"
        self._cut: Cut | None = None
        self._commits = 0
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, direct: str) -> str:
        """The URL of the server's socket, made to lead through the proxy."""
        return over_tcp(direct, self._listener.getsockname()[1])

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
                self._open += [client, server]
                server.connect(str(self._server))
                cut = threading.Event()
                to_server = partial(self._goes_on, client, server, cut)
                for args in ((client, server, to_server), (server, client, lambda _: True)):
                    threading.Thread(target=_pump, args=(*args, cut), daemon=True).start()

    def _goes_on(
        self, client: socket.socket, server: socket.socket, cut: threading.Event, data: bytes
    ) -> bool:
        """Whether what the client sent goes to the server as if nothing were."""
        if self._cut is None or b"COMMIT\x00" not in data:
            return True
        self._commits -= 1
        if self._commits:
            return True
        how, self._cut = self._cut, None
        cut.set()
        if how != "before":
            server.sendall(data)
        client.shutdown(socket.SHUT_RDWR)
        if how == "lingering":
            threading.Timer(0.5, server.shutdown, [socket.SHUT_RDWR]).start()
        else:
            server.shutdown(socket.SHUT_WR)
        return False


def over_tcp(url: str, port: int) -> str:
    """The URL of a server's socket, made to lead to that port of ours."""
    made, found = re.subn(r"\bhost=[^&]*&port=\d+", f"host=127.0.0.1&port={port}", url)
    assert found == 1, url
    return made


def _pump(
    source: socket.socket, sink: socket.socket, goes_on: Callable[[bytes], bool], cut: threading.Event
) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            if not goes_on(data):
                return
            sink.sendall(data)
    if not cut.is_set():
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(server: Path) -> Iterator[Proxy]:
    """One before the server whose socket is in that folder."""
    proxy = Proxy(server)
    try:
        yield proxy
    finally:
        proxy.close()
