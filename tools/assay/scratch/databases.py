"""Throwaway databases on a scratch server, and the templates that they are made from."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from assay.errors import EnvironmentFailedError
from assay.scratch.names import LOCK_CLASS, new_run, run_of, scratch_name, template_name
from assay.scratch.reuse import Reuse, end_sessions
from assay.scratch.shared import NOTHING, Shared, State, digest

if TYPE_CHECKING:
    from psycopg2.extensions import connection

    from assay.scratch.server import Server

TEMPLATES_KEPT = 20
"""On each server; an empty schema takes 8 MB, one of 300 tables some 25 MB."""
EMPTY = "template0"
ENDING_SECONDS = 0.5
"""How long the server may take to see that a run has ended."""

WITHOUT_SUBSCRIPTIONS = """
    SET allow_system_table_mods = on;
    DELETE FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = %s);
    RESET allow_system_table_mods;
"""
"""A database with a subscription cannot be dropped, and DROP SUBSCRIPTION connects to the publisher."""


class Databases:
    """The databases of one run on `server`. Enter it before use: that also clears up after killed runs.

    What revisions leave that belongs to the whole server (roles, settings, other databases) is taken away
    before it can matter to another state, unless another run is going on: on a server that is all ours
    whatever initdb did not make, on any other one what was not there when this run began.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self._run = new_run()
        self._numbers = count(1)
        self._stack = ExitStack()
        self._session: connection
        self._reuse: Reuse
        self._shared: Shared
        self._first: State = NOTHING

    def __enter__(self) -> Databases:
        with _explained():
            self._session = self._stack.enter_context(self.server.connect())
            try:
                self._reuse = Reuse(self.server, self._session, self._drop)
                self._execute("SET idle_session_timeout = 0")
                self._execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, self._run])
                self._sweep()
                self._shared = Shared(self._session, self.server.maintenance, self._drop)
                if not self.server.disposable:
                    self._first = self._shared.state()
            except BaseException:
                self._stack.close()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        import psycopg2

        with self._stack, suppress(psycopg2.Error):
            if not self.server.disposable:
                self._is_as(digest(self._first))

    def template(self, key: str) -> str | None:
        """The template saved under `key` by this or an earlier run; counts as a use of it.

        One that stands on roles or settings that are gone is none, and is dropped.
        """
        name = template_name(key)
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        with _explained():
            found = self._column(query, [name])
            if not found:
                return None
            shared = (found[0] or "").rpartition(" ")[2]
            if not self._is_as(shared) or not self._column(query, [name]):
                self._drop(name)
                return None
            self._mark_used(name, shared)
            return name

    def save_template(self, key: str, database: str) -> str:
        """Keep a copy of `database` under `key`, ending the sessions in it; the template's name.

        Where another run saved it meanwhile, that one stays. The least recently used ones go.
        """
        from psycopg2 import errors

        name, copy = template_name(key), self._new_name()
        with _explained():
            end_sessions(self._session, database)
            self.server.create_database(copy, database, connectable=False, session=self._session)
            try:
                self._named("ALTER DATABASE {} RENAME TO {}", copy, name)
            except (errors.DuplicateDatabase, errors.UniqueViolation):
                self._drop(copy)
            self._mark_used(name, digest(self._shared.state()))
            self._prune()
        return name

    @contextmanager
    def fresh(self, template: str | None = None) -> Iterator[str]:
        """The name of a new database, a copy of `template` or empty; dropped at the end, whoever uses it."""
        name = self._new_name()
        with _explained():
            if template is None:
                self._is_as(digest(self._first))
            if not self._reuse.take(template or EMPTY, name):
                self.server.create_database(name, template or EMPTY, session=self._session)
        try:
            yield name
        finally:
            with _explained():
                if not self._reuse.keep(name, template or EMPTY):
                    self._drop(name)

    def drop(self, name: str) -> None:
        """Drop a fresh database before its time, whoever uses it."""
        with _explained():
            self._drop(name)

    def _new_name(self) -> str:
        return scratch_name(self._run, next(self._numbers))

    def _is_as(self, shared: str) -> bool:
        """Whether what belongs to the whole server is, or can be made, as this digest says.

        While another run is going on nothing is done, and nothing can be told.
        """
        if digest(self._shared.state()) == shared or not self._is_alone():
            return True
        self._shared.put_back(self._first)
        return digest(self._shared.state()) == shared

    def _mark_used(self, template: str, shared: str) -> None:
        """The last use stands in the database's comment, which every session of the server can read; and
        what it stands on beside itself."""
        import psycopg2
        from psycopg2 import sql

        now = self._column("SELECT to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')")[0]
        statement = sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(template))
        try:
            self._execute(
                statement, [f"{now} {shared}"]
            )  # while a guard is on, sql.Literal does not know our connection
        except psycopg2.errors.InternalError_:  # "tuple concurrently updated": another run marks it now
            return

    def _prune(self) -> None:
        excess = self._column(
            "SELECT datname FROM pg_database WHERE datname LIKE 'assay\\_template\\_%%'"
            " ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST OFFSET %s",
            [TEMPLATES_KEPT],
        )
        for name in excess:
            self._drop(name)
        if excess:  # nothing else clears the dead rows: autovacuum is off
            self._execute("VACUUM pg_database, pg_shdepend, pg_shdescription")

    def _sweep(self) -> None:
        """Drop what killed runs left; the list of the living is read after that of the databases."""
        found = self._column("SELECT datname FROM pg_database WHERE datname ~ '^assay_(scratch|spare)_'")
        if not found:
            return
        alive = self._runs()
        kept = self._reuse.names()
        for name in found:
            if run_of(name) not in alive and name not in kept:
                self._drop(name)

    def _is_alone(self) -> bool:
        """Whether no other run is going on; one that has just ended may take a moment to be gone."""
        deadline = time.monotonic() + ENDING_SECONDS
        while self._runs() != {self._run}:
            if time.monotonic() > deadline:
                return False
            time.sleep(ENDING_SECONDS / 50)
        return True

    def _runs(self) -> set[int]:
        query = "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
        return set(self._column(query, [LOCK_CLASS]))

    def _drop(self, name: str) -> None:
        """Drop a database, unless another run does so at this moment."""
        from psycopg2 import errors

        for _ in range(2):
            try:
                return self._named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
            except errors.ObjectInUse:
                self._execute(WITHOUT_SUBSCRIPTIONS, [name])
            except errors.InternalError_:
                return None
        return None

    def _named(self, statement: str, *names: str) -> None:
        from psycopg2 import sql

        self._execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _execute(self, statement: Any, arguments: Sequence[Any] | None = None) -> None:
        with self._session.cursor() as cursor:
            cursor.execute(statement, arguments)

    def _column(self, query: str, arguments: Sequence[Any] | None = None) -> list[Any]:
        with self._session.cursor() as cursor:
            cursor.execute(query, arguments)
            return [row[0] for row in cursor.fetchall()]


@contextmanager
def _explained() -> Iterator[None]:
    """What may befall a scratch server, told as such; everything else is a bug of ours."""
    import psycopg2
    from psycopg2 import errors

    try:
        yield
    except (errors.DiskFull, errors.IoError, errors.OutOfMemory, errors.InsufficientResources) as error:
        raise EnvironmentFailedError(
            f"The scratch server cannot make a database: {str(error).splitlines()[0].rstrip('.')}.",
            "Free some space, run `assay scratch clean`, or set ASSAY_CACHE_DIR to another folder.",
        ) from error
    except errors.InsufficientPrivilege as error:
        raise EnvironmentFailedError(
            f"The scratch server's own user was changed: {str(error).splitlines()[0].rstrip('.')}.",
            "Run `assay scratch clean`, or give the user its rights back.",
        ) from error
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise EnvironmentFailedError(
            f"The scratch server ended: {(str(error).splitlines() or ['no reason given'])[0].rstrip('.')}.",
            "Run the command again; should that not help, run `assay scratch clean` first.",
        ) from error
