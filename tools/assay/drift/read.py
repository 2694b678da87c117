"""Asks an environment, which is only read: its revision and its schema, both of one moment."""

from __future__ import annotations

from contextlib import closing

from assay.drift.model import Reading
from assay.errors import AssayError, EnvironmentFailedError
from assay.versions import VersionTable, read_versions


def read(environment: str, variable: str, table: VersionTable) -> Reading:
    """What the database says whose URL `variable` holds; a failure is in `problem`, with no secret."""
    try:
        return _read(environment, variable, table)
    except AssayError as error:
        return Reading(environment=environment, problem=error.message)


def _read(environment: str, variable: str, table: VersionTable) -> Reading:
    import psycopg2

    from assay.catalog import IGNORED_TABLES, catalog_document, read_catalog
    from assay.catalog.source import LIMITS
    from assay.database import connect, reason, url_in

    url = url_in(variable)
    with closing(connect(url, called=variable, what=environment, application="assay drift")) as session:
        session.set_session(isolation_level="REPEATABLE READ", readonly=True)
        try:
            with session.cursor() as cursor:
                cursor.execute(LIMITS)
                revisions = list(read_versions(cursor, table))
            catalog = read_catalog(session, ignored_tables=(*IGNORED_TABLES, table.name))
            schema = catalog_document(catalog)
        except psycopg2.Error as error:
            why = reason(error, url)
            raise EnvironmentFailedError(f"{environment} did not tell its schema: {why}.", "") from None
    return Reading(environment=environment, revisions=revisions, schema=schema)
