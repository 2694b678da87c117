"""The rows of `alembic_version`, read and written as Alembic does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from assay.promote.model import PlanRevision, VersionTable

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

CREATE = """
CREATE TABLE {table} (version_num VARCHAR(32) NOT NULL, CONSTRAINT {key} PRIMARY KEY (version_num))
"""
"""As Alembic makes it (`DefaultImpl.version_table_impl`)."""


def found(session: cursor, table: VersionTable) -> VersionTable | None:
    """The table with the schema that it stands in; None where there is none yet.

    Later statements may change the search path: from here on it is called by both names.
    """
    session.execute(
        "SELECT n.nspname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
        " ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass(%s)",
        [_path(table)],
    )
    row = session.fetchone()
    return VersionTable(name=table.name, schema=row[0]) if row else None


def create(session: cursor, table: VersionTable) -> None:
    """Make the table, empty."""
    session.execute(CREATE.format(table=_path(table), key=quoted(f"{table.name}_pkc")))


def read(session: cursor, table: VersionTable | None) -> tuple[str, ...]:
    """The versions, sorted; none without the table."""
    if table is None:
        return ()
    session.execute(f"SELECT version_num FROM {_path(table)} ORDER BY 1")  # noqa: S608 - quoted
    return tuple(sorted(row[0] for row in session.fetchall()))


def lock(session: cursor, table: VersionTable) -> None:
    """Keep everybody else, Alembic too, from changing it until the transaction ends; all may read it."""
    session.execute(f"LOCK TABLE {_path(table)} IN SHARE ROW EXCLUSIVE MODE")


def changes(table: VersionTable, revision: PlanRevision) -> Iterable[str]:
    """The statements that make the one set of versions the other."""
    before, after = set(revision.versions_before), set(revision.versions_after)
    gone, new = sorted(before - after), sorted(after - before)
    for old, now in zip(gone, new, strict=False):
        yield (
            f"UPDATE {_path(table)} SET version_num = {_literal(now)}"  # noqa: S608
            f" WHERE version_num = {_literal(old)}"
        )
    for old in gone[len(new) :]:
        yield f"DELETE FROM {_path(table)} WHERE version_num = {_literal(old)}"  # noqa: S608
    for now in new[len(gone) :]:
        yield f"INSERT INTO {_path(table)} (version_num) VALUES ({_literal(now)})"  # noqa: S608


def quoted(name: str) -> str:
    """The identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _path(table: VersionTable) -> str:
    schema = "" if table.schema is None else f"{quoted(table.schema)}."
    return schema + quoted(table.name)


def _literal(text: str) -> str:
    """As an SQL literal, whatever `standard_conforming_strings` says."""
    plain = "'" + text.replace("'", "''") + "'"
    return "E" + plain.replace("\\", "\\\\") if "\\" in text else plain
