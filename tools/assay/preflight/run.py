"""Asks a real database, which is only read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from assay.errors import EnvironmentFailedError
from assay.preflight.model import Answer, Query
from assay.redact import MASK, redact

if TYPE_CHECKING:
    from psycopg2.extensions import connection

TIMEOUT = 30.0
"""Seconds that one query may take."""

LOCK_TIMEOUT = "5s"
"""A query waits no longer behind somebody's ALTER TABLE."""

CONNECT_TIMEOUT = 10
"""Seconds."""

_DRIVER = re.compile(r"(postgres(?:ql)?)\+\w+://", re.IGNORECASE)


def answers(queries: Sequence[Query], url: str, timeout: float = TIMEOUT) -> Iterator[Answer]:
    """Ask each in a read-only transaction of its own, under a statement timeout (seconds).

    Raises EnvironmentFailedError where the database cannot be reached; neither it nor any answer tells the
    password.
    """
    with closing(_connect(url)) as session:
        for query in queries:
            yield _ask(session, query, url, timeout)


def _ask(session: connection, query: Query, url: str, timeout: float) -> Answer:
    import psycopg2

    try:
        with session, session.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(timeout * 1000)}")
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            cursor.execute(query.sql)
            row = cursor.fetchone()
        return Answer(query, str(row[0]) if row else None)
    except psycopg2.Error as error:
        if session.closed:
            raise EnvironmentFailedError(
                f"The database ended the session: {_reason(error, url)}.", "Try again."
            ) from None
        return Answer(query, error=_reason(error, url))


def _connect(url: str) -> connection:
    import psycopg2

    try:
        session = psycopg2.connect(
            _DRIVER.sub(r"\1://", url, count=1),
            application_name="assay preflight",
            connect_timeout=CONNECT_TIMEOUT,
        )
    except psycopg2.Error as error:
        raise EnvironmentFailedError(
            f"The database cannot be reached: {_reason(error, url)}.",
            "Look at the URL: host, port, user, password and database.",
        ) from None
    session.set_session(readonly=True)
    return session


def _reason(error: Exception, url: str) -> str:
    """What libpq or the server says, on one line and without the password."""
    diagnosis = getattr(getattr(error, "diag", None), "message_primary", None)
    text = " ".join(str(diagnosis or error).split()) or type(error).__name__
    password = urlsplit(_DRIVER.sub(r"\1://", url, count=1)).password if "://" in url else None
    for secret in filter(None, (password, unquote(password or ""))):
        text = text.replace(secret, MASK)
    return redact(text).rstrip(".")
