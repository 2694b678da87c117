"""The fake itself: HTTP on the loopback, every request and every answer held against the description."""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from .description import Description, Operation, ViolationError
from .faults import Between, Fault
from .operations import ROUTES, Call, Reply, Route
from .state import TOKEN, Json, Seed, State

VIEWER = {"query": "query { viewer { login } }"}
"""The one query of GraphQL that it knows; the description of REST has none."""

Answer = tuple[int, dict[str, str], bytes]
DEFAULT_PAGE = 30


class FakeGitHub:
    """GitHub for one test. Leaving the `with` fails the test if GitHub would have seen anything odd.

    `enterprise` serves under /api/v3 what GitHub Enterprise Server 3.17 describes.
    """

    def __init__(self, *, state: State | None = None, enterprise: bool = False, port: int = 0) -> None:
        self.state = state or State()
        self.prefix = "/api/v3" if enterprise else ""
        self.description = Description("ghes-3.17" if enterprise else "api.github.com", ROUTES)
        self.faults: list[Fault | Between] = []
        self.lock = threading.RLock()
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = _Server(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """GITHUB_API_URL."""
        return self.origin + self.prefix

    def environment(self, repository: str, token: str = TOKEN) -> dict[str, str]:
        """What a job's environment needs to reach this instead of GitHub."""
        return {
            "GITHUB_TOKEN": token,
            "GITHUB_REPOSITORY": repository,
            "GITHUB_API_URL": self.url,
            "GITHUB_SERVER_URL": "https://github.com",
        }

    def seed(self, repository: str) -> Seed:
        """Something to fill a repository with."""
        return Seed(self.state, repository)

    def asked(self, *methods: str) -> list[str]:
        """The requests so far: `GET /repos/…?…`."""
        return [
            f"{r['method']} {r['path']}" + (f"?{urlencode(r['query'])}" if r["query"] else "")
            for r in self.state.requests
            if not methods or r["method"] in methods
        ]

    def start(self) -> FakeGitHub:
        """Answer from now on."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> FakeGitHub:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        assert not self.state.violations, "\n".join(self.state.violations)

    def answer(self, method: str, target: str, headers: Mapping[str, str], content: bytes) -> Answer | None:
        """What comes back; None where the connection breaks."""
        path = urlsplit(target).path
        try:
            planned = self._planned(method, path)
            if planned and not planned.after:
                return self._fault(planned, method, path)
            with self.lock:
                answer = self._served(method, target, headers, content)
                self.state.save()
        except ViolationError as violation:
            return self._violated(f"{method} {target}: {violation}")
        return self._fault(planned, method, path) if planned else answer

    def _planned(self, method: str, path: str) -> Fault | None:
        for fault in list(self.faults):
            with self.lock:
                due = fault.matches(method, path)
                fault.times -= due
            if due and isinstance(fault, Fault):
                return fault
            if due and isinstance(fault, Between):
                fault.act()
        return None

    def _fault(self, fault: Fault, method: str, path: str) -> Answer | None:
        if not fault.after:
            self._log(method, path, {}, None, fault.status)
        if not fault.status:
            return None
        content = json.dumps({"message": fault.message}).encode() if fault.content is None else fault.content
        return fault.status, dict(fault.headers), content

    def _violated(self, violation: str) -> Answer:
        self.state.violations.append(violation)
        self.state.save()
        return 400, {}, json.dumps({"message": f"the fake refuses: {violation}"}).encode()

    def _log(self, method: str, path: str, query: Json, body: object, status: int) -> None:
        self.state.requests.append(
            {"method": method, "path": path, "query": query, "body": body, "status": status}
        )

    def _served(self, method: str, target: str, headers: Mapping[str, str], content: bytes) -> Answer:
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        body = json.loads(content) if content else None
        if parts.path.startswith(f"{self.prefix}/_store/"):
            status, answered, sent = self._stored(parts.path, query, headers)
        elif parts.path == f"{self.prefix.removesuffix('/v3')}/graphql":
            status, answered, sent = self._graphql(headers, body)
        else:
            status, answered, sent = self._rest(method, parts.path, query, headers, body)
        self._log(method, parts.path, query, body, status)
        return status, answered, sent

    def _stored(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """The store that artifacts are in: no part of GitHub's, and it must never see the token."""
        if "Authorization" in headers:
            raise ViolationError("the token was shown to the store of artifacts")
        identifier = int(path.rpartition("/")[2])
        found = [a for r in self.state.repositories.values() for a in r["artifacts"] if a["id"] == identifier]
        if query != {"sig": "secret"} or not found:
            return 403, {}, b""
        return 200, {"Content-Type": "application/zip"}, base64.b64decode(found[0]["content"])

    def _graphql(self, headers: Mapping[str, str], body: object) -> Answer:
        if body != VIEWER:
            raise ViolationError(f"GraphQL {body}")
        account = self._account(headers)
        if account is None:
            return 401, {}, b'{"message": "Bad credentials"}'
        return 200, {}, json.dumps({"data": {"viewer": {"login": account["user"]["login"]}}}).encode()

    def _rest(
        self, method: str, path: str, query: dict[str, str], headers: Mapping[str, str], body: Any
    ) -> Answer:
        if not path.startswith(self.prefix):
            raise ViolationError(f"not under {self.prefix}")
        path = path.removeprefix(self.prefix)
        moved = self._moved(method, path, query)
        if moved:
            return moved
        template, operation, parts = self.description.find(method, self._by_name(path))
        self._check_headers(headers, body)
        self.description.check_request(operation, parts, query, body)
        reply = self._reply(ROUTES[method, template], headers, parts, query, body)
        return self._complete(operation, reply, path, query)

    def _moved(self, method: str, path: str, query: Json) -> Answer | None:
        """GitHub sends on to a renamed repository by its number: 301, or 307 for what changes something."""
        match = re.fullmatch(r"/repos/([^/]+/[^/]+)(/.*)?", path)
        target = self.state.renamed.get(match[1]) if match else None
        if match is None or target is None:
            return None
        url = f"{self.url}/repositories/{self.state.repositories[target]['id']}{match[2] or ''}"
        url += f"?{urlencode(query)}" if query else ""
        status = 301 if method == "GET" else 307
        return status, {"Location": url}, b'{"message": "Moved Permanently"}'

    def _by_name(self, path: str) -> str:
        match = re.fullmatch(r"/repositories/(\d+)(/.*)", path)
        names = [n for n, r in self.state.repositories.items() if match and r["id"] == int(match[1])]
        return f"/repos/{names[0]}{match[2]}" if match and names else path

    def _check_headers(self, headers: Mapping[str, str], body: object) -> None:
        expected = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "Content-Type": None if body is None else "application/json",
        }
        for name, value in expected.items():
            if headers.get(name) != value:
                raise ViolationError(f"{name} is {headers.get(name)!r}")
        if not headers.get("User-Agent", "").startswith("alembic-assay/"):
            raise ViolationError("GitHub refuses who does not say who they are")

    def _account(self, headers: Mapping[str, str]) -> Json | None:
        kind, _, token = headers.get("Authorization", "").partition(" ")
        return self.state.accounts.get(token) if kind == "Bearer" else None

    def _reply(
        self,
        route: Route,
        headers: Mapping[str, str],
        parts: dict[str, str],
        query: dict[str, str],
        body: Any,
    ) -> Reply:
        account = self._account(headers)
        if account is None:
            return Reply(401, {"message": "Bad credentials"})
        name = f"{parts['owner']}/{parts['repo']}"
        if name not in self.state.repositories:
            return Reply(404, {"message": "Not Found"})
        if not any(_allowed(account["permissions"], needed) for needed in route.permissions):
            return Reply(403, {"message": "Resource not accessible by integration"})
        call = Call(self.state, account["user"], name, parts, query, body or {}, self.url)
        return route.handler(call)

    def _complete(self, operation: Operation, reply: Reply, path: str, query: dict[str, str]) -> Answer:
        headers = {"Location": reply.location} if reply.location else {}
        content = reply.content
        if reply.items is not None:
            content, link = self._page(reply, path, query)
            headers |= {"Link": link} if link else {}
        schema = self.description.schema_of(operation, reply.status)
        if schema is not None and content is not None:
            content = self.description.completed(schema, content)
        self.description.check_answer(operation, reply.status, headers, content)
        return reply.status, headers, b"" if content is None else json.dumps(content).encode()

    def _page(self, reply: Reply, path: str, query: dict[str, str]) -> tuple[Any, str]:
        items = reply.items or []
        size, page = min(int(query.get("per_page", DEFAULT_PAGE)), 100), int(query.get("page", 1))
        part = items[(page - 1) * size : page * size]
        link = ""
        if page * size < len(items):
            link = f'<{self.url}{path}?{urlencode({**query, "page": page + 1})}>; rel="next"'
        content: Any = {"total_count": len(items), reply.key: part} if reply.key else part
        return content, link


def _allowed(permissions: Mapping[str, str], needed: str) -> bool:
    scope, _, level = needed.partition("=")
    return permissions.get(scope) in ("write", level)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece: in two, the second waits 40 ms for the first's acknowledgement
    fake: FakeGitHub

    def handle_any(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.fake.answer(self.command, self.path, dict(self.headers), content)
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


def state_from(file: Path | None) -> State:
    """What an earlier process left, or nothing."""
    return State() if file is None else State.load(file)
