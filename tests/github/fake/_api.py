"""What the fake answers: REST by the description, one query of GraphQL, and the store of artifacts."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from .description import Description, Operation, ViolationError
from .operations import ROUTES, Call, Reply, Route
from .state import Json, State

VIEWER = {"query": "query { viewer { login } }"}
"""The one query of GraphQL that it knows; the description of REST has none."""

DEFAULT_PAGE, LARGEST_PAGE = 30, 100
"""Items a page: where nothing is said, and at the most."""

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers, content."""


class Api:
    """Answers one request after the other; `url` is GITHUB_API_URL, of which `prefix` is the path."""

    def __init__(self, state: State, *, enterprise: bool, origin: str) -> None:
        self.state = state
        self.prefix = "/api/v3" if enterprise else ""
        self.url = origin + self.prefix
        self.description = Description("ghes-3.17" if enterprise else "api.github.com", ROUTES)

    def log(self, method: str, path: str, query: Json, body: object, status: int) -> None:
        """Remember a request."""
        self.state.requests.append(
            {"method": method, "path": path, "query": query, "body": body, "status": status}
        )

    def served(self, method: str, target: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Carry the request out. ViolationError for what GitHub would never have seen or given."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        body = json.loads(content) if content else None
        if parts.path.startswith(f"{self.prefix}/_store/"):
            status, answered, sent = self._stored(parts.path, query, headers)
        elif parts.path == f"{self.prefix.removesuffix('/v3')}/graphql":
            status, answered, sent = self._graphql(headers, body)
        else:
            status, answered, sent = self._rest(method, parts.path, query, headers, body)
        self.log(method, parts.path, query, body, status)
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
        size, page = min(int(query.get("per_page", DEFAULT_PAGE)), LARGEST_PAGE), int(query.get("page", 1))
        part = items[(page - 1) * size : page * size]
        link = ""
        if page * size < len(items):
            link = f'<{self.url}{path}?{urlencode({**query, "page": page + 1})}>; rel="next"'
        content: Any = {"total_count": len(items), reply.key: part} if reply.key else part
        return content, link


def _allowed(permissions: Mapping[str, str], needed: str) -> bool:
    scope, _, level = needed.partition("=")
    return permissions.get(scope) in ("write", level)
