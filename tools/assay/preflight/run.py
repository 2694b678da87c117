"""Asks a real database, which is only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from assay.database import connect, reason
from assay.errors import EnvironmentFailedError
from assay.preflight.model import Answer, Query

if TYPE_CHECKING:
    from psycopg2.extensions import connection

TIMEOUT = 30.0
"""Seconds that one query may take."""

LOCK_TIMEOUT = "5s"
"""A query waits no longer behind somebody's ALTER TABLE."""


def answers(queries: Sequence[Query], url: str, timeout: float = TIMEOUT) -> Iterator[Answer]:
    """Ask each in a read-only transaction of its own, under a statement timeout (seconds).

    Raises EnvironmentFailedError where the database cannot be reached; neither it nor any answer tells the
    password.
    """
    with closing(connect(url, application="assay preflight")) as session:
        session.set_session(readonly=True)
        for query in queries:
            yield _ask(session, query, url, timeout)


def _ask(session: connection, query: Query, url: str, timeout: float) -> Answer:
    import psycopg2

    major = session.server_version // 10000
    if major < query.needs:
        return Answer(query, unasked=f"it takes PostgreSQL {query.needs}, and this is {major}")
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
                f"The database ended the session: {reason(error, url)}.", "Try again."
            ) from None
        return Answer(query, error=reason(error, url))
