"""A running server, as its users see it: how to connect, and databases made from templates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from assay.scratch.binaries import Binaries

if TYPE_CHECKING:
    from psycopg2.extensions import connection

SUPERUSER = "assay"
MAINTENANCE_DATABASE = "postgres"
PORT = 5432
"""Part of the socket's name only: no server listens on TCP."""
SEALED = "sealed"
"""A file beside the data folder: the server that runs cannot connect to anything (`assay.scratch.seal`)."""


class Server(ABC):
    """A server that databases can be made on."""

    disposable = False
    """Whether all of it is ours, so that what belongs to the whole server may be cleared up."""
    data: Path | None = None
    """Its data folder, where that is on this machine and ours."""

    @property
    def sealed(self) -> bool:
        """Whether the system refuses every connection that it, or a program of its, tries to open."""
        return False

    @property
    def maintenance(self) -> str:
        """The database to be in while others are made and dropped."""
        return MAINTENANCE_DATABASE

    @property
    @abstractmethod
    def major(self) -> int:
        """PostgreSQL's major version."""

    @abstractmethod
    def parameters(self, database: str | None = None) -> dict[str, str]:
        """Connection parameters by libpq's names, complete: no PG* variable of the user's gets in.

        They may hold a password.
        """

    def conninfo(self, database: str | None = None) -> str:
        """The same as one string, for libpq: psycopg2, pg_dump. Not for a command line nor a message."""
        given = self.parameters(database).items()
        return " ".join(f"{name}={_quoted(value)}" for name, value in given)

    def url(self, database: str | None = None) -> str:
        """The SQLAlchemy URL of `database`, with psycopg2 as its driver."""
        rest = self.parameters(database)
        name, user, password = rest.pop("dbname"), rest.pop("user"), rest.pop("password", None)
        login = ":".join(quote(part, safe="") for part in (user, password) if part is not None)
        query = urlencode(rest, quote_via=quote, safe="")
        return f"postgresql+psycopg2://{login}@/{quote(name, safe='')}?{query}"

    @contextmanager
    def connect(self, database: str | None = None) -> Iterator[connection]:
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

    def create_database(
        self,
        name: str,
        template: str = "template0",
        *,
        connectable: bool = True,
        session: connection | None = None,
    ) -> None:
        """Make `name` as a copy of `template` (nobody may be connected to that one).

        UTF-8 with the C locale where it is made from template0, whatever the server's own is. `session` is
        one in another database, in autocommit; a new one is opened without.
        """
        options = " STRATEGY FILE_COPY" if self.major >= 15 else ""
        if template == "template0":
            provider = " LOCALE_PROVIDER libc" if self.major >= 15 else ""
            options += f" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'{provider}"
        if not connectable:
            options += " ALLOW_CONNECTIONS false"
        self._run("CREATE DATABASE {} TEMPLATE {}" + options, name, template, session=session)

    def drop_database(self, name: str) -> None:
        """Remove `name` if it exists, ending whatever is connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str, session: connection | None = None) -> None:
        from psycopg2 import sql

        opened = self.connect() if session is None else nullcontext(session)
        with opened as used, used.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@dataclass(frozen=True)
class LocalServer(Server):
    """A server behind the socket in `socket_folder`; whoever may enter that folder is its superuser."""

    socket_folder: Path
    binaries: Binaries
    disposable: bool = False
    data: Path | None = None
    """Its data folder."""

    @property
    def major(self) -> int:
        """PostgreSQL's major version."""
        return self.binaries.major

    @property
    def sealed(self) -> bool:
        """As it was started: see `assay.scratch.seal`."""
        return self.data is not None and self.data.with_name(SEALED).exists()

    def parameters(self, database: str | None = None) -> dict[str, str]:
        """How to reach `database` through the socket; there is no password."""
        name = database or self.maintenance
        return {"host": str(self.socket_folder), "port": str(PORT), "user": SUPERUSER, "dbname": name}


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
