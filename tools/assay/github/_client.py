"""GitHub's REST API, as far as Assay needs it: pages, redirects, limits, failures.

Reads are tried again. A write is not: whether a lost one was carried out cannot be known, and meanwhile
somebody else may have written. `LookAgainError` sends the caller back to read first (`_settle.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from assay.errors import EnvironmentFailedError, UsageError
from assay.github._errors import Purpose, error_for, message
from assay.github._patience import Patience
from assay.github._settings import Settings
from assay.github._transport import Answer, Lost, Transport

PAGE = 100
"""Items a page: the most that GitHub gives."""

MOST_PAGES = 100
"""Pages of one list; 10,000 items are four times what GitHub lets stand under one issue."""

MOST_REDIRECTS = 5
"""A renamed repository is one."""

REDIRECTS = (301, 302, 307, 308)
"""GitHub: repeat the request as it was at `Location`."""

WHO = Purpose("see whose token it is", "metadata: read")


class LookAgainError(Exception):
    """A write may or may not have happened, or happens too late; read again before another."""


@dataclass(frozen=True)
class Request:
    """What is asked of the API."""

    method: str
    url: str
    purpose: Purpose
    body: dict[str, object] | None = None

    @property
    def content(self) -> bytes | None:
        """The body as it travels."""
        return None if self.body is None else json.dumps(self.body).encode()


class Client:
    """One repository's API, by one token. Not for more than one thread."""

    def __init__(self, settings: Settings, transport: Transport, patience: Patience) -> None:
        self.settings = settings
        self.transport = transport
        self.patience = patience
        self._login: str | None = None

    def get(self, path: str, purpose: Purpose, **query: str | int) -> Any:
        """The JSON at `path` of the repository (`pulls/7`)."""
        return _json(self.read(Request("GET", self._url(path, query), purpose)))

    def pages(self, path: str, purpose: Purpose, key: str = "", **query: str | int) -> Iterator[Any]:
        """Every item of a list, over all of its pages; `key` is where GitHub wraps it in an object."""
        url = self._url(path, {**query, "per_page": PAGE})
        for _ in range(MOST_PAGES):
            answer = self.read(Request("GET", url, purpose))
            yield from _items(_json(answer), key)
            if "next" not in answer.links:
                return
            url = answer.links["next"]
            self._same_origin(url)
        raise EnvironmentFailedError(
            f"GitHub lists more than {MOST_PAGES * PAGE} items to {purpose.what}.", "Remove some of them."
        )

    def write(self, method: str, path: str, purpose: Purpose, body: dict[str, object] | None = None) -> Any:
        """Change something, once; the JSON that GitHub answers, None where it says nothing.

        Raises:
            LookAgainError: after a wait; it may or may not be done.
            UsageError: GitHub refuses; NotFoundError when it is not there.
            EnvironmentFailedError: GitHub fails for too long.
        """
        answer = self._once(Request(method, self._url(path, {}), purpose, body))
        if answer is None:
            raise LookAgainError(purpose.what)
        return _json(answer) if answer.content else None

    def read(self, request: Request) -> Answer:
        """Ask what changes nothing, until there is an answer (a redirect other than the API's own is one)."""
        while True:
            answer = self._once(request)
            if answer is not None:
                return answer

    def login(self) -> str:
        """Whose token it is: `github-actions[bot]`, an app's `name[bot]`, or a person's login.

        `GET /user` refuses the tokens of apps, GITHUB_TOKEN among them; GraphQL's `viewer` knows them all.
        """
        if self._login is None:
            request = Request("POST", self.settings.graphql_url, WHO, {"query": "query { viewer { login } }"})
            try:
                self._login = str(_json(self.read(request))["data"]["viewer"]["login"])
            except (KeyError, TypeError):
                raise UsageError(
                    "GitHub does not say whose token is in GITHUB_TOKEN.",
                    "Use the workflow's own: `env: GITHUB_TOKEN: ${{ github.token }}`.",
                ) from None
        return self._login

    def written_by(self, login: str | None) -> None:
        """Learn from what the token has just written whose it is: that is beyond doubt."""
        self._login = login or self._login

    def _once(self, request: Request) -> Answer | None:
        """One try, and the wait after it if it failed: None."""
        answer = self._send(request)
        if isinstance(answer, Lost):
            self.patience.after_failure(
                f"GitHub cannot be reached to {request.purpose.what}: {answer.reason}."
            )
            return None
        if _limited(answer):
            self.patience.after_limit(answer)
            return None
        if answer.status < 400:
            return answer
        error = error_for(answer, request.purpose, self.settings.token)
        if answer.status < 500:
            raise error
        self.patience.after_failure(error.message, answer)
        return None

    def _send(self, request: Request) -> Answer | Lost:
        """To where the repository is now; what leads out of the API on purpose is left to the caller."""
        url = request.url
        for _ in range(MOST_REDIRECTS + 1):
            answer = self.transport.send(request.method, url, self.settings.token, request.content)
            if isinstance(answer, Lost) or answer.status not in REDIRECTS:
                return answer
            target = urljoin(url, answer.headers.get("location", ""))
            if _is_archive(url) and not self._is_ours(target):
                return answer
            url = target
            self._same_origin(url)
        raise EnvironmentFailedError(
            f"GitHub sends the request to {request.purpose.what} round in circles.", "Run it again later."
        )

    def _same_origin(self, url: str) -> None:
        """The token goes to the one server that it is for."""
        here, there = urlsplit(self.settings.api_url), urlsplit(url)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise UsageError(
                "GITHUB_API_URL leads to another server, which would be given the token.",
                "Set it to the address of the API itself, such as `https://github.example.com/api/v3`.",
            )

    def _is_ours(self, url: str) -> bool:
        """An address of the API, where a renamed repository is (`/repositories/42/…`)."""
        return url.startswith((f"{self.settings.api_url}/repos/", f"{self.settings.api_url}/repositories/"))

    def _url(self, path: str, query: dict[str, str | int]) -> str:
        url = f"{self.settings.api_url}/repos/{self.settings.repository}/{path}".rstrip("/")
        return f"{url}?{urlencode(query)}" if query else url


def _is_archive(url: str) -> bool:
    """The one resource whose redirect leads out of the API, to a store that must not see the token."""
    return urlsplit(url).path.endswith("/zip")


def _limited(answer: Answer) -> bool:
    """Refused for asking too much, in any of the ways that GitHub says so; nothing was carried out."""
    said = message(answer).lower()
    asked = "retry-after" in answer.headers or "rate limit" in said or "abuse detection" in said
    return answer.status == 429 or (answer.status == 403 and asked)


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        raise EnvironmentFailedError(
            "What answers at GITHUB_API_URL does not speak GitHub's API.",
            "Check the address, and any proxy on the way to it.",
        ) from None


def _items(content: Any, key: str) -> list[Any]:
    items = content.get(key) if key and isinstance(content, dict) else content
    if not isinstance(items, list):
        raise EnvironmentFailedError(
            "GitHub answered with something else than a list.", "Check GITHUB_API_URL."
        )
    return items
