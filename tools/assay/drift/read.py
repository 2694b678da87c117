"""Asks an environment, which is only read: its revision and its schema, both of one moment."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from assay.drift.model import Reading
from assay.errors import AssayError, EnvironmentFailedError

if TYPE_CHECKING:
    from psycopg2.extensions import connection

VERSION_TABLE = "alembic_version"


def read(environment: str, variable: str) -> Reading:
    """What the database says whose URL `variable` holds; a failure is in `problem`, with no secret."""
    try:
        return _read(environment, variable)
    except AssayError as error:
        return Reading(environment=environment, problem=error.message)


def _read(environment: str, variable: str) -> Reading:
    import psycopg2

    from assay.catalog import catalog_document, read_catalog
    from assay.catalog.source import LIMITS
    from assay.database import connect, reason, url_in

    url = url_in(variable)
    with closing(connect(url, called=variable, what=environment, application="assay drift")) as session:
        session.set_session(isolation_level="REPEATABLE READ", readonly=True)
        try:
            with session.cursor() as cursor:
                cursor.execute(LIMITS)
            revisions = _revisions(session)
            schema = catalog_document(read_catalog(session))
        except psycopg2.Error as error:
            why = reason(error, url)
            raise EnvironmentFailedError(f"{environment} did not tell its schema: {why}.", "") from None
    return Reading(environment=environment, revisions=revisions, schema=schema)


def _revisions(session: connection) -> list[str]:
    """Of the first version table that this user can see; none without one."""
    from psycopg2 import sql

    with session.cursor() as cursor:
        cursor.execute(
            "SELECT nspname, relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relname = %s AND relkind = 'r' ORDER BY nspname <> 'public', nspname",
            [VERSION_TABLE],
        )
        found = cursor.fetchone()
        if found is None:
            return []
        cursor.execute(sql.SQL("SELECT version_num FROM {} ORDER BY 1").format(sql.Identifier(*found)))
        return [row[0] for row in cursor.fetchall()]
