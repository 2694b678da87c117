"""A scratch server that a URL leads to.

On it we make and drop databases of our own, from its maintenance database, and connect to no other. Since a
revision may change what belongs to the whole server (roles, settings), one that holds anything else is
refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assay.errors import UsageError
from assay.scratch.names import OURS
from assay.scratch.server import MAINTENANCE_DATABASE, Server

if TYPE_CHECKING:
    from psycopg2.extensions import connection

OLDEST = 14
"""The oldest major version that PostgreSQL still maintains."""
STANDARD = (MAINTENANCE_DATABASE, "template0", "template1")


@dataclass(frozen=True)
class GivenServer(Server):
    """A server somewhere; its parameters may hold a password and are never shown."""

    given: dict[str, str] = field(repr=False)
    version: int

    @property
    def major(self) -> int:
        """PostgreSQL's major version."""
        return self.version

    @property
    def maintenance(self) -> str:
        """The database that the URL names."""
        return self.given["dbname"]

    def parameters(self, database: str | None = None) -> dict[str, str]:
        """The URL's, with what libpq added to it when we connected."""
        return self.given | {"dbname": database or self.maintenance}


def given_server(url: str, variable: str) -> GivenServer:
    """The server behind `url`, which the environment variable `variable` holds; see `scratch_servers`."""
    session = connect(url, variable, "The scratch server")
    try:
        session.autocommit = True
        _require_scratch(session, variable)
        return GivenServer(complete_parameters(session), session.server_version // 10000)
    finally:
        session.close()


def connect(url: str, variable: str, what: str) -> connection:
    """A session at `url`, which `variable` holds; see `assay.database.connect`."""
    from assay import database

    return database.connect(
        url,
        called=variable,
        what=f"{what} of {variable}",
        remedy=f"Start it, or mend or unset {variable}.",
    )


def complete_parameters(session: connection) -> dict[str, str]:
    """Every parameter of the session, so that a later one does not depend on the environment."""
    info = session.info
    found = {name: value for name, value in info.dsn_parameters.items() if value}
    found |= {"host": info.host, "port": str(info.port), "user": info.user, "dbname": info.dbname}
    return found | ({"password": info.password} if info.password else {})


def _require_scratch(session: connection, variable: str) -> None:
    """Refuse a server that is too old, cannot make databases, or holds anything that is not ours."""
    major = session.server_version // 10000
    if major < OLDEST:
        _refuse(variable, f"PostgreSQL {major}, and Assay needs {OLDEST} or newer")
    if _one(session, "SELECT pg_is_in_recovery()"):
        _refuse(variable, "a standby, on which no database can be made")
    if not _one(session, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        _refuse(variable, "a server on which this user is no superuser")
    others = _one(
        session,
        "SELECT string_agg(quote_ident(datname), ', ' ORDER BY datname) FROM pg_database"
        " WHERE datname <> ALL (%s) AND datname <> current_database() AND datname !~ %s",
        [list(STANDARD), OURS],
    )
    if others:
        _refuse(variable, f"a server with other databases ({others})")
    tables = _one(
        session,
        "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND oid >= 16384"
        " AND relnamespace <> 'information_schema'::regnamespace",
    )
    if tables:
        _refuse(variable, f"a database with tables in it ({tables})")


def _refuse(variable: str, what: str) -> None:
    raise UsageError(
        f"{variable} leads to {what}: that is no scratch server.",
        "Give it a server that holds nothing else, a container for instance, or unset it: one is embedded.",
    )


def _one(session: connection, query: str, arguments: list[Any] | None = None) -> Any:
    with session.cursor() as cursor:
        cursor.execute(query, arguments)
        row = cursor.fetchone()
        return row[0] if row else None
