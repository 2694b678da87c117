"""The whole way: read the catalog, table by table in order, then the keys that had to wait."""

# ruff: noqa: S608 - names come quoted from the catalog, and literals are quoted

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assay.scratch.seeding import catalog as catalogs
from assay.scratch.seeding.catalog import Catalog, ForeignKey, Table
from assay.scratch.seeding.insert import fill, insert, take_out_violators
from assay.scratch.seeding.literals import identifier
from assay.scratch.seeding.order import ordered
from assay.scratch.seeding.plan import Plan, UnseedableError
from assay.scratch.seeding.search import Search

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

SETTINGS = {
    "session_replication_role": "replica",
    "standard_conforming_strings": "on",
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "bytea_output": "hex",
    "statement_timeout": "5s",
}
"""The first one keeps the triggers of the project quiet; those of foreign keys, too: see `insert`."""
PARENTS = 8
"""Rows of a parent that are looked at."""


class Seeding:
    """One run of `seed`."""

    def __init__(
        self, session: cursor, rows: int, skip: Collection[str], only: Collection[int] | None = None
    ) -> None:
        self._session = session
        self._rows = rows
        self.catalog = _read(session, only)
        every = self.catalog.tables.values()
        self._skipped = {t.oid for t in every if t.name in skip or (only is not None and t.oid not in only)}
        self.kept = [t for t in self._with_rows() if t.oid not in self._skipped]
        self.seeded: dict[int, int] = {}
        self.failed: dict[int, str] = {}

    def run(self) -> None:
        """Seed every table; afterwards `seeded` and `failed` say what became of each."""
        done = self._skipped | {t.oid for t in self.kept}
        waiting: list[tuple[Table, ForeignKey]] = []
        for table, later in ordered(self.catalog, done):
            try:
                plan = Plan(self.catalog, table, later, self._keys, Search(self._session, self._casts(table)))
                self.seeded[table.oid] = insert(self._session, table, plan, self._rows)
                waiting += [(table, key) for key in later]
            except UnseedableError as error:
                self.failed[table.oid] = str(error)
        for table, key in waiting:
            fill(self._session, self.catalog, table, key, self._rows)
        self._verify()

    def _verify(self) -> None:
        if not self.seeded:
            return
        tables = [self.catalog.tables[oid] for oid in self.seeded]
        take_out_violators(self._session, self.catalog, tables)
        self._session.execute(
            " UNION ALL ".join(f"SELECT {t.oid}, count(*) FROM ONLY {t.shown}" for t in tables)
        )
        self.seeded = {oid: count for oid, count in self._session.fetchall() if count}
        for table in tables:
            if table.oid not in self.seeded:
                self.failed[table.oid] = "No row satisfies all of its foreign keys."

    def _with_rows(self) -> list[Table]:
        tables = [t for t in self.catalog.tables.values() if t.kind == "r"]
        if not tables:
            return []
        each = (f"SELECT {t.oid} WHERE EXISTS (SELECT FROM ONLY {t.shown})" for t in tables)
        self._session.execute(" UNION ALL ".join(each))
        return [self.catalog.tables[row[0]] for row in self._session.fetchall()]

    def _keys(self, key: ForeignKey) -> Sequence[tuple[str | None, ...]]:
        parent = self.catalog.tables[key.parent]
        names = [identifier(name) for name in key.parent_columns]
        chosen, present = (
            glue.join(f"{n}{end}" for n in names)
            for glue, end in ((", ", "::text"), (" AND ", " IS NOT NULL"))
        )
        only = "" if parent.kind == "p" else "ONLY "
        self._session.execute(f"SELECT {chosen} FROM {only}{parent.shown} WHERE {present} LIMIT {PARENTS}")
        return self._session.fetchall()

    def _casts(self, table: Table) -> dict[str, str]:
        return {c.name: self.catalog.spelling[c.type, c.modifier] for c in table.columns.values()}


@contextmanager
def quiet_transaction(connection: connection) -> Iterator[cursor]:
    """A transaction in which nothing of the project's runs by itself; committed at the end."""
    autocommit = connection.autocommit
    if autocommit:
        connection.autocommit = False
    try:
        with connection, connection.cursor() as session:
            session.execute(";".join(f"SET LOCAL {name} = '{text}'" for name, text in SETTINGS.items()))
            yield session
    finally:
        if autocommit:
            connection.autocommit = True


def _read(session: cursor, only: Collection[int] | None) -> Catalog:
    """Under an empty search path names come out qualified; what runs later has the project's own."""
    session.execute("SAVEPOINT assay_read; SET LOCAL search_path = ''")
    found = catalogs.read(session, only)
    session.execute("ROLLBACK TO assay_read")
    return found
