"""Takes spare databases, and keeps those of a run that is over, where they left nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assay.scratch.names import spare_name
from assay.scratch.spares import Spare, Spares

if TYPE_CHECKING:
    from psycopg2.extensions import connection

    from assay.scratch.server import Server

LEFT_NOTHING = """
    WITH depends AS (
        SELECT dbid, classid, objid, objsubid, refclassid, refobjid, deptype FROM pg_shdepend
    )
    SELECT s.oid::bigint, t.oid::bigint FROM pg_database s, pg_database t
    WHERE s.datname = %s AND t.datname = %s AND s.dattablespace = t.dattablespace
      AND s.datacl IS NULL AND s.datallowconn AND NOT s.datistemplate AND s.datconnlimit = -1
      AND s.datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user)
      AND NOT EXISTS (SELECT FROM pg_db_role_setting WHERE setdatabase = s.oid AND setrole <> 0)
      AND NOT EXISTS (SELECT FROM pg_shdescription
                      WHERE classoid = 'pg_database'::regclass AND objoid = s.oid)
      AND NOT EXISTS (SELECT FROM pg_shseclabel WHERE classoid = 'pg_database'::regclass AND objoid = s.oid)
      AND NOT EXISTS (SELECT FROM pg_subscription WHERE subdbid = s.oid)
      AND NOT EXISTS (SELECT FROM pg_tablespace WHERE oid >= 16384)
      AND (SELECT array_agg((classid, objid, objsubid, refclassid, refobjid, deptype)::text ORDER BY 1)
           FROM depends WHERE dbid = s.oid) IS NOT DISTINCT FROM
          (SELECT array_agg((classid, objid, objsubid, refclassid, refobjid, deptype)::text ORDER BY 1)
           FROM depends WHERE dbid = t.oid)
"""
"""The OIDs of a database and its template, unless it has left something outside its own folder."""


IS_SPARE = """
    SELECT true FROM pg_database s, pg_database t
    WHERE s.datname = %s AND s.oid = %s AND t.datname = %s AND t.oid = %s
"""
"""Whether both are still called so."""


class Reuse:
    """The spares of one server; none where its data folder is not ours."""

    def __init__(self, server: Server, session: connection, drop: Callable[[str], None]) -> None:
        """`session` is one in another database, in autocommit."""
        self._spares = Spares(server.data) if server.data is not None and server.disposable else None
        self._session, self._drop = session, drop

    def names(self) -> set[str]:
        """Those that are kept."""
        return {spare.name for spare in self._spares.all()} if self._spares else set()

    def take(self, template: str, name: str) -> bool:
        """Call a spare of `template` by `name`; whether there was one."""
        from psycopg2 import errors

        if self._spares is None:
            return False
        for spare in self._spares.all():
            if spare.template != template or not spare.ready:
                continue
            if not self._spares.take(spare):
                continue
            if self._rows(IS_SPARE, [spare.name, spare.oid, template, spare.template_oid]):
                with suppress(errors.InvalidCatalogName, errors.ObjectInUse):  # another run was first
                    self._rename(spare.name, name)
                    return True
        return False

    def keep(self, name: str, template: str) -> bool:
        """Keep a database that was made from `template`, ending the sessions in it; whether that can be."""
        from psycopg2 import errors

        if self._spares is None:
            return False
        try:
            end_sessions(self._session, name)
            found = self._rows(LEFT_NOTHING, [name, template])
            if not found:
                return False
            self._execute("ALTER DATABASE {} RESET ALL", name)
            oid, template_oid = found[0]
            spare = Spare(spare_name(oid), oid, template, template_oid)
            superseded = self._spares.keep(spare)
            self._rename(name, spare.name)
        except (errors.ObjectInUse, errors.InternalError_, OSError):
            return False
        for each in superseded:
            self._drop(each.name)
        return True

    def _rename(self, name: str, new: str) -> None:
        self._execute("ALTER DATABASE {} RENAME TO {}", name, new)

    def _execute(self, statement: str, *names: str) -> None:
        from psycopg2 import sql

        with self._session.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _rows(self, query: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._session.cursor() as cursor:
            cursor.execute(query, arguments)
            return cursor.fetchall()


def end_sessions(session: connection, database: str) -> None:
    """End whoever is connected to it."""
    with session.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [database]
        )
