"""Which repository on which GitHub, and by whose token: read from what GitHub Actions sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assay._clean import clean
from assay.errors import UsageError

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_TOKEN = re.compile(r"[!-~]{1,1024}")
"""Printable ASCII: nothing else can stand in a header, and a library's error would show the whole of it."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Settings:
    """Where to ask and as whom. The token is in no `repr`."""

    token: str = field(repr=False)
    repository: str
    """`owner/name`."""
    api_url: str
    """`https://api.github.com`; on GitHub Enterprise Server `https://HOST/api/v3`. No slash at its end."""
    server_url: str

    @property
    def graphql_url(self) -> str:
        """GitHub's other API; only there an app's token may ask who it is."""
        return f"{self.api_url.removesuffix('/v3')}/graphql"


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL and GITHUB_SERVER_URL.

    Raises:
        UsageError: one is missing or malformed, or the token would travel unencrypted.
    """
    return Settings(
        token=_token(environment.get("GITHUB_TOKEN", "").strip()),
        repository=_repository(environment.get("GITHUB_REPOSITORY", "")),
        api_url=_url("GITHUB_API_URL", environment.get("GITHUB_API_URL") or "https://api.github.com"),
        server_url=_url("GITHUB_SERVER_URL", environment.get("GITHUB_SERVER_URL") or "https://github.com"),
    )


def _token(token: str) -> str:
    if not token:
        raise UsageError(
            "GITHUB_TOKEN is not set, so GitHub cannot be asked for anything.",
            "Pass it to the step: `env: GITHUB_TOKEN: ${{ github.token }}`.",
        )
    if not _TOKEN.fullmatch(token):
        raise UsageError(
            "GITHUB_TOKEN holds characters that no token has.",
            "Set it to the token alone, on one line, with nothing around it.",
        )
    return token


def _repository(repository: str) -> str:
    name = repository.rpartition("/")[2]
    if not _REPOSITORY.fullmatch(repository) or set(name) == {"."} or repository.startswith("."):
        raise UsageError(
            f"GITHUB_REPOSITORY is {clean(repository)!r}, which is no repository.",
            "Set it to `owner/name`, as GitHub Actions does.",
        )
    return repository


def _url(variable: str, url: str) -> str:
    """`url` without its last slash; a token goes over plain http to this machine only."""
    try:
        parts = urlsplit(url)
        scheme, host, _ = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        scheme, host = "", ""
    if not host or scheme not in ("http", "https"):
        raise UsageError(f"{variable} is no web address.", f"{_EXAMPLE} for GitHub Enterprise Server.")
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError(f"{variable} holds more than a host and a path.", f"{_EXAMPLE}, and nothing else.")
    if scheme == "http" and host not in _LOOPBACK:
        raise UsageError(
            f"{variable} is not encrypted, and the token would be read on the way.", "Use https there."
        )
    return url.rstrip("/")


_EXAMPLE = "Set it as in `https://github.example.com/api/v3`"
