"""The version table, in which Alembic keeps the revisions that a database is at: where it is, what it holds.

For those who only look. A promotion writes it, and so takes the one that Alembic would, see
`assay.promote.versions`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

_FIND = """
SELECT n.nspname FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relname = %s AND c.relkind IN ('r', 'p') AND coalesce(n.nspname = %s, true)
ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname <> 'public', n.nspname
LIMIT 1
"""
"""Alembic looks along the search path; that of the user who asks may be another one."""

VERSION_TABLE = "alembic_version"
"""Alembic's own default."""


class VersionTable(Struct, frozen=True):
    """Its names: `version_table` and `version_table_schema` of `context.configure()`."""

    name: str = VERSION_TABLE
    schema: str | None = None
    """None: the search path's."""


def version_table(env_py: Path) -> VersionTable:
    """The one that env.py configures, as far as it says so in plain literals; it is not run."""
    from assay.render.builtin import literal_options

    options = literal_options(env_py)
    schema = options.get("version_table_schema")
    return VersionTable(
        str(options.get("version_table") or VERSION_TABLE), None if schema is None else str(schema)
    )


def read_versions(session: cursor, table: VersionTable) -> tuple[str, ...]:
    """The revisions, sorted; none where there is no such table yet."""
    from psycopg2 import sql

    session.execute(_FIND, [table.name, table.schema])
    found = session.fetchone()
    if found is None:
        return ()
    named = sql.Identifier(found[0], table.name)
    session.execute(sql.SQL("SELECT version_num FROM {} ORDER BY 1").format(named))
    return tuple(str(version) for (version,) in session.fetchall())
