"""A session with a live database, which is somebody's: whatever goes wrong, no message tells its password.

Only psycopg2 and libpq are behind it. What the session may do, and for how long, is for the caller to set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assay.errors import EnvironmentFailedError, UsageError
from assay.redact import MASK, redact

if TYPE_CHECKING:
    from psycopg2.extensions import connection

CONNECT_TIMEOUT = 10
"""Seconds."""

PASSWORD_TIMEOUT = 60
"""Seconds that a command may take to print a password."""

_URL = re.compile(r"(postgres(?:ql)?)(?:\+\w+)?://", re.IGNORECASE)
"""In libpq's form, or with SQLAlchemy's name of a driver."""

_EXAMPLE = "postgresql://user:password@host:5432/database"


def is_url(text: str) -> bool:
    """Whether it begins as a PostgreSQL URL does."""
    return _URL.match(text) is not None


def url_in(variable: str) -> str:
    """The URL that an environment variable holds. Raises UsageError where it holds none."""
    url = os.environ.get(variable, "")
    if not is_url(url):
        state = "holds no PostgreSQL URL" if url else "is not set"
        raise UsageError(
            f"The variable {variable} {state}.", f"Set {variable} to postgresql://user@host/database."
        )
    return url


def with_password(url: str, password: str) -> str:
    """The URL with this password, in place of its own."""
    from urllib.parse import quote

    scheme, mark, rest = url.partition("://")
    end = re.search(r"[/?]|\Z", rest)
    assert end is not None
    account, at, host = rest[: end.start()].rpartition("@")
    user = account.partition(":")[0] if at else ""
    return f"{scheme}{mark}{user}:{quote(password, safe='')}@{host}{rest[end.start() :]}"


def printed_password(command: str, what: str) -> str:
    """What `command` prints, without the line's end; no shell is at work, and nothing else is told of it.

    `what` names the database in an error. Raises EnvironmentFailedError.
    """
    import shlex
    import subprocess

    try:
        done = subprocess.run(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PASSWORD_TIMEOUT,
            check=False,
        )
        why = f"it ended with exit code {done.returncode}" if done.returncode else "it printed nothing"
        password = "" if done.returncode else done.stdout.strip("\r\n")
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        why = "it took too long" if isinstance(error, subprocess.TimeoutExpired) else "it cannot be run"
        password = ""
    if not password:
        raise EnvironmentFailedError(
            f"The password of {what} could not be had: {why}.",
            "Run `password_command` of governance.yaml by hand, and see what it says.",
        )
    return password


def connect(
    url: str,
    *,
    called: str = "The URL",
    what: str = "The database",
    remedy: str = "Look at the URL: host, port, user, password and database.",
    application: str = "assay",
    parameters: Mapping[str, Any] | None = None,
) -> connection:
    """A psycopg2 session at `url`, in libpq's or SQLAlchemy's form.

    `called` names the URL in an error about its form, `what` the server in one about reaching it. Raises
    UsageError for the first and EnvironmentFailedError for the second. `parameters` are libpq's, and outrank
    the URL's.
    """
    import psycopg2

    plain = _URL.sub(r"\1://", url, count=1)
    _require_form(plain, called)
    try:
        opened: connection = psycopg2.connect(
            plain, application_name=application, connect_timeout=CONNECT_TIMEOUT, **(parameters or {})
        )
    except psycopg2.Error as error:
        raise EnvironmentFailedError(f"{what} cannot be reached: {reason(error, url)}.", remedy) from None
    return opened


def reason(error: Exception, url: str) -> str:
    """What libpq or the server says, on one line, without anything of the URL that may be secret."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    text = " ".join(str(primary or error).split()) or type(error).__name__
    for secret in secrets_of(url):
        text = text.replace(secret, MASK)
    return redact(text).rstrip(".")


def _require_form(url: str, called: str) -> None:
    """Refuse what libpq cannot read, and a password that it would take for a host and name in its error."""
    from psycopg2 import ProgrammingError
    from psycopg2.extensions import parse_dsn

    rest = url.partition("://")[2]
    authority = re.split("[/?]", rest, maxsplit=1)[0]
    if rest.count("@") > 1 or "@" in rest[len(authority) :]:
        raise UsageError(
            f"{called} has a special character in its user or password.",
            "Write @ as %40, : as %3A, / as %2F, ? as %3F and % as %25.",
        )
    try:
        parse_dsn(url)
    except ProgrammingError:
        raise UsageError(
            f"{called} is no URL such as {_EXAMPLE}.",
            "Percent-encode the characters / @ : # ? % in the password.",
        ) from None


def secrets_of(url: str) -> list[str]:
    """The password, as it stands in the URL and decoded, whatever unescaped characters it holds."""
    from urllib.parse import parse_qs, unquote, urlsplit

    account = url.partition("://")[2].rpartition("@")[0]
    found = {account.partition(":")[2], *parse_qs(urlsplit(url).query).get("password", [])}
    found |= {unquote(secret) for secret in found}
    return sorted((secret for secret in found if secret), key=len, reverse=True)
