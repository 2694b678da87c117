"""A running server, as its users see it: how to connect, and databases made from templates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from assay.scratch.binaries import Binaries

if TYPE_CHECKING:
    from psycopg2.extensions import connection

SUPERUSER = "assay"
MAINTENANCE_DATABASE = "postgres"
PORT = 5432
"""Part of the socket's name only: no server listens on TCP."""


@dataclass(frozen=True)
class Server:
    """A server behind the socket in `socket_folder`; whoever may enter that folder is its superuser."""

    socket_folder: Path
    binaries: Binaries

    def parameters(self, database: str = MAINTENANCE_DATABASE) -> dict[str, str]:
        """Connection parameters by libpq's names, complete: no PG* variable of the user's gets in."""
        return {"host": str(self.socket_folder), "port": str(PORT), "user": SUPERUSER, "dbname": database}

    def conninfo(self, database: str = MAINTENANCE_DATABASE) -> str:
        """The same as one string, for libpq: psycopg2, psql, pg_dump."""
        given = self.parameters(database).items()
        return " ".join(f"{name}={_quoted(value)}" for name, value in given)

    def url(self, database: str = MAINTENANCE_DATABASE) -> str:
        """The SQLAlchemy URL of `database`, with psycopg2 as its driver; it holds no password."""
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql+psycopg2://{SUPERUSER}@/{quote(database, safe='')}?host={host}&port={PORT}"

    @contextmanager
    def connect(self, database: str = MAINTENANCE_DATABASE) -> Iterator[connection]:
        """A psycopg2 connection in autocommit, closed at the end."""
        import psycopg2

        opened = psycopg2.connect(self.conninfo(database))
        try:
            opened.autocommit = True
            yield opened
        finally:
            opened.close()

    def has_database(self, name: str) -> bool:
        """Whether a database of this name exists."""
        with self.connect() as session, session.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def create_database(self, name: str, template: str = "template0") -> None:
        """Make `name` as a copy of `template` (nobody may be connected to that one)."""
        strategy = " STRATEGY FILE_COPY" if self.binaries.major >= 15 else ""
        self._run("CREATE DATABASE {} TEMPLATE {}" + strategy, name, template)

    def drop_database(self, name: str) -> None:
        """Remove `name` if it exists, ending whatever is connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        from psycopg2 import sql

        with self.connect() as session, session.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
