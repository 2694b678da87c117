"""Whether a session leads where a promotion may run: straight to a primary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assay.errors import EnvironmentFailedError
from assay.promote.outcome import RefusedError

if TYPE_CHECKING:
    from psycopg2.extensions import connection

ASKED = 3
"""Times: a pooler in transaction mode may give the same server session twice in a row."""


POOLERS_WORDS = "unsupported startup parameter"
"""How PgBouncer refuses a URL with `options` (its src/client.c); PostgreSQL never says so."""


@contextmanager
def recognised() -> Iterator[None]:
    """Raises RefusedError where who refuses to connect is a pooler."""
    try:
        yield
    except EnvironmentFailedError as error:
        if POOLERS_WORDS in error.message:
            raise _through_a_pooler() from None
        raise


def require(session: connection) -> None:
    """Raises RefusedError for a session through a pooler, and for one with a replica.

    A pooler tells the client a process id of its own (facts/postgres.md), and hands what is one session for
    us to several servers' sessions: advisory locks and settings would be anybody's.
    """
    told = session.info.backend_pid
    with session.cursor() as asked:
        for _ in range(ASKED):
            asked.execute("SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_is_in_recovery()")
            pid, in_recovery = asked.fetchone() or (None, None)
            if pid != told:
                raise _through_a_pooler()
    if in_recovery:
        raise RefusedError("The URL leads to a replica, which cannot be changed.", "Give the primary's URL.")


def _through_a_pooler() -> RefusedError:
    return RefusedError(
        "The URL leads to a connection pooler, where a lock does not stay with who took it.",
        "Give the URL of the PostgreSQL server itself.",
    )
