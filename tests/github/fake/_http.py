"""The door on the loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ._api import Answer

Answering = Callable[[str, str, Mapping[str, str], bytes], "Answer | None"]
"""Method, target, headers, content to what comes back; None breaks the connection."""


class Server(ThreadingHTTPServer):
    """A thread for each connection."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, answering: Answering) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answering = answering


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece: in two, the second waits 40 ms for the first's acknowledgement
    server: Server

    def handle_any(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.answering(self.command, self.path, dict(self.headers), content)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, headers, sent = answer
        self.send_response_only(status)
        for name, value in {"Date": self.date_time_string(), "Content-Length": len(sent), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(sent)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = handle_any  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""
