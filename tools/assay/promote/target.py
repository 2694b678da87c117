"""An environment's database, and the sessions that a promotion has with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from assay.database import connect, reason
from assay.promote.policy import Policy

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""Of libpq, in seconds (the last in milliseconds): a dead network is noticed after half a minute, and no
router forgets a connection that waits for an index (AWS NAT gateways do so after 350 s)."""

IDLE_IN_TRANSACTION = 10
"""Seconds: we are never idle in a transaction unless our machine stopped, and then its locks must go."""

CHECK_CLIENT = 500
"""Milliseconds between PostgreSQL's looks whether we are still there (14 and later): a killed run's statement
ends, and does not go on for nobody."""


PLACES = {"default_tablespace": "", "default_table_access_method": "heap"}
"""Where and how what is made is kept, as on the scratch server: what the target's database or user says of it
would make another schema than the plan's."""


class Target:
    """How to reach the database; every message about it goes through `reason`, which tells no password."""

    def __init__(self, environment: str, url: Callable[[], str], database: str | None = None) -> None:
        """`url` is asked before each connection, for a password may be a token that lives for minutes.

        `database` is its name in a fleet.
        """
        self.environment = environment
        self.database = database
        self.name = environment if database is None else f"{environment}.{database}"
        self._url = url
        self._urls: set[str] = set()

    def url(self) -> str:
        """The URL to use at this moment."""
        url = self._url()
        self._urls.add(url)
        return url

    def connect(self, application: str) -> connection:
        """A session in autocommit.

        Raises UsageError for a malformed URL, EnvironmentFailedError where nobody answers.
        """
        url = self.url()
        opened = connect(
            url,
            called=f"The URL of {self.name}",
            what=f"The database of {self.name}",
            application=application,
            parameters=KEEPALIVE,
        )
        opened.autocommit = True
        return opened

    def reason(self, error: Exception) -> str:
        """What went wrong, on one line, without secrets and without values of the data."""
        text = reason(error, "")
        for url in self._urls:
            text = reason(Exception(text), url)
        return text


def settle(session: cursor, policy: Policy, settings: dict[str, str], application: str) -> None:
    """Give the session the plan's settings and ours, whatever statements before have made of it.

    Outside a transaction.
    """
    be_ourselves(session)
    session.execute("RESET ALL")
    wanted = {
        **PLACES,
        "lock_timeout": _milliseconds(policy.lock_timeout),
        "statement_timeout": _milliseconds(policy.statement_timeout),
        **settings,
        "idle_in_transaction_session_timeout": _milliseconds(IDLE_IN_TRANSACTION),
        "idle_session_timeout": "0",
        "application_name": application,
    }
    for name, value in wanted.items():
        session.execute("SELECT pg_catalog.set_config(%s, %s, false)", [name, value])
    _check_client(session)


def be_ourselves(session: cursor) -> None:
    """Be the user who connected, whoever a statement has made of us."""
    session.execute("RESET SESSION AUTHORIZATION")
    session.execute("RESET ROLE")


def limit_lock_waits(session: cursor, policy: Policy) -> None:
    """Take back what a statement made of `lock_timeout`, if it is longer than the policy's."""
    session.execute("SELECT extract(epoch FROM pg_catalog.current_setting('lock_timeout')::interval)")
    (now,) = session.fetchone() or (0,)
    if policy.lock_timeout and not 0 < now <= policy.lock_timeout:
        session.execute(f"SET lock_timeout = {_milliseconds(policy.lock_timeout)}")


def _check_client(session: cursor) -> None:
    from psycopg2.errors import InvalidParameterValue

    try:
        session.execute(f"SET client_connection_check_interval = {CHECK_CLIENT}")
    except InvalidParameterValue:  # the server's system cannot tell
        return


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
