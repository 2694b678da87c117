"""Where a catalog comes from, as the command line names it: a URL, a snapshot file, a revision."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assay.catalog.document import load_catalog
from assay.catalog.model import Catalog
from assay.catalog.read import read_catalog
from assay.errors import EnvironmentFailedError, UsageError
from assay.redact import redact

if TYPE_CHECKING:
    from psycopg2.extensions import connection

_URL = re.compile(r"(postgres(?:ql)?)(?:\+\w+)?://", re.IGNORECASE)

HEAD = "head"
"""What is meant when nothing is named."""

CONNECT_TIMEOUT = 10
"""Seconds."""

LIMITS = "SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '5s'"
"""Of the transaction that reads a live database (a pooler refuses them as options of the connection)."""


def open_source(name: str, revision: Callable[[str], Catalog] | None = None) -> Catalog:
    """The catalog that `name` means: a `postgresql://` URL, `env:NAME`, a snapshot file, else a revision's.

    `revision` makes the catalog of a revision (`head`, an id …); without it there are no revisions.
    """
    if name.startswith("env:"):
        name = url_in(name[4:])
    if _URL.match(name):
        return read_url(name)
    path = Path(name)
    if path.suffix == ".json" or path.is_file():
        return _read_file(path)
    if revision is not None:
        return revision(name)
    raise UsageError(
        f"`{redact(name)}` is neither a URL nor a file.",
        "Give a postgresql:// URL, or a file that `assay schema --format json` wrote.",
    )


def chosen(name: str | None, url: str | None, variable: str | None) -> str:
    """The one source that was named, as a URL or file or revision; the project's head where none was."""
    given = [value for value in (name, url, variable) if value is not None]
    if len(given) > 1:
        raise UsageError(
            "A schema is asked for in more than one way.", "Give a revision, or --url, or --url-env."
        )
    if variable is not None:
        return url_in(variable)
    if url is not None and not _URL.match(url):
        raise UsageError("--url is no PostgreSQL URL.", "Write it as postgresql://user@host:5432/database.")
    return given[0] if given else HEAD


def url_in(variable: str) -> str:
    """The URL that an environment variable holds."""
    url = os.environ.get(variable, "")
    if not _URL.match(url):
        state = "holds no PostgreSQL URL" if url else "is not set"
        raise UsageError(
            f"The variable {variable} {state}.", f"Set {variable} to postgresql://user@host/database."
        )
    return url


def read_url(url: str) -> Catalog:
    """The catalog of a live database: read-only, with a statement timeout; no error tells the password."""
    import psycopg2

    opened = _connect(url)
    try:
        with opened.cursor() as cursor:
            cursor.execute(LIMITS)
        return read_catalog(opened)
    except psycopg2.Error as error:
        reason = _reason(error, url)
        raise EnvironmentFailedError(
            f"The database did not tell its schema: {reason}.", "Try again, or look at the server's log."
        ) from None
    finally:
        opened.close()


def _connect(url: str) -> connection:
    import psycopg2

    _require_escaped(url)
    try:
        opened = psycopg2.connect(
            _URL.sub(r"\1://", url, count=1),
            application_name="assay",
            connect_timeout=CONNECT_TIMEOUT,
        )
    except psycopg2.Error as error:
        raise EnvironmentFailedError(
            f"The database cannot be reached: {_reason(error, url)}.",
            "Look at the URL: host, port, user, password and database.",
        ) from None
    opened.set_session(isolation_level="REPEATABLE READ", readonly=True)
    return opened


def _require_escaped(url: str) -> None:
    """Refuse a password that libpq would take for a host, and name it in its error."""
    rest = url.partition("://")[2]
    authority = re.split("[/?]", rest, maxsplit=1)[0]
    if authority.count("@") > 1 or ("@" not in authority and ":" in authority and "@" in rest):
        raise UsageError(
            "The URL has a special character in its user or password.",
            "Write @ as %40, : as %3A, / as %2F, ? as %3F and % as %25.",
        )


def _reason(error: Exception, url: str) -> str:
    """What libpq or the server says, on one line, without anything of the URL that may be secret."""
    text = " ".join(str(error).split()) or type(error).__name__
    for secret in _secrets(url):
        text = text.replace(secret, "***")
    return redact(text).rstrip(".")


def _secrets(url: str) -> list[str]:
    """The password, as it stands in the URL and decoded, whatever unescaped characters it holds."""
    from urllib.parse import parse_qs, unquote, urlsplit

    account = url.partition("://")[2].rpartition("@")[0]
    found = {account.partition(":")[2], *parse_qs(urlsplit(url).query).get("password", [])}
    found |= {unquote(secret) for secret in found}
    return sorted((secret for secret in found if secret), key=len, reverse=True)


def _read_file(path: Path) -> Catalog:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}.",
            "Give a file that `assay schema --format json` wrote.",
        ) from error
    return load_catalog(text)
