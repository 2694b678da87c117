"""One request, one answer. Nothing here retries, follows or judges; `requests` is imported nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assay import __version__
from assay.errors import UsageError

if TYPE_CHECKING:
    import requests

API_VERSION = "2022-11-28"
"""The one version that github.com and every supported GitHub Enterprise Server answer to."""

CHUNK = 65_536
"""Bytes of a download that are read at once."""

CONNECT_SECONDS = 10
READ_SECONDS = 30
"""GitHub itself ends a request of its API after 10: https://docs.github.com/rest/using-the-rest-api"""
_TIMEOUT = (CONNECT_SECONDS, READ_SECONDS)

_REASONS = (
    ("ConnectTimeout", f"no connection within {CONNECT_SECONDS} seconds"),
    ("ReadTimeout", f"no answer within {READ_SECONDS} seconds"),
    ("SSLError", "its certificate is not trusted here"),
    ("ProxyError", "the proxy does not answer"),
)


@dataclass(frozen=True)
class Answer:
    """What came back: `headers` by lower-case name, `links` of the `Link` header by relation."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(default=b"", repr=False)
    links: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Lost:
    """Nothing came back; whether GitHub carried the request out cannot be known."""

    reason: str


@dataclass(frozen=True)
class Download:
    """An answer whose content is still to be read."""

    answer: Answer
    chunks: Iterator[bytes]


class LostError(Exception):
    """A download broke off; the text says why."""


class Transport:
    """A connection. A token is given with each request that may carry it, and goes with no other."""

    def __init__(self) -> None:
        try:
            import requests
        except ImportError as error:
            raise UsageError(
                "What talks to GitHub is not installed.", "Run `pip install 'alembic-assay[github]'`."
            ) from error
        self._session = requests.Session()
        self._session.auth = _nobody
        self._session.headers["User-Agent"] = f"alembic-assay/{__version__}"

    def send(self, method: str, url: str, token: str, content: bytes | None = None) -> Answer | Lost:
        """Ask GitHub's API; a redirect is an answer like any other."""
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": API_VERSION,
        }
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = self._session.request(
                method, url, headers=headers, data=content, timeout=_TIMEOUT, allow_redirects=False
            )
        except (OSError, UnicodeError) as error:  # every exception of requests is an OSError
            return Lost(_reason(error))
        return _answer(response, response.content)

    @contextmanager
    def download(self, url: str) -> Iterator[Download | Lost]:
        """Fetch a file by a URL that is itself the permission; `chunks` raises LostError."""
        headers = {"Accept-Encoding": "identity"}
        response, reason = None, ""
        try:
            response = self._session.get(
                url, headers=headers, timeout=_TIMEOUT, allow_redirects=False, stream=True
            )
        except (OSError, UnicodeError) as error:
            reason = _reason(error)
        if response is None:
            yield Lost(reason)
            return
        with closing(response):
            yield Download(_answer(response), _chunks(response))

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add no password: without this, requests looks for one in ~/.netrc and puts it over the token."""
    return request


def _answer(response: requests.Response, content: bytes = b"") -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    links = {relation: link["url"] for relation, link in response.links.items() if "url" in link}
    return Answer(response.status_code, headers, content, links)


def _chunks(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_content(CHUNK)
    except OSError as error:
        raise LostError(_reason(error)) from None


def _reason(error: Exception) -> str:
    """In our words: the error's own text holds the URL, and that of a download is a secret."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return next((reason for name, reason in _REASONS if name in names), "the connection broke")
