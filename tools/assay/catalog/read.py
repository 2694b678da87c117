"""Reads a catalog from a connection, leaving the session as it was."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from assay.catalog.assemble import assemble
from assay.catalog.model import Catalog
from assay.catalog.prepared import SAVEPOINT, label_of
from assay.catalog.queries import ALWAYS, PREPARED, SERVER, statement
from assay.versions import VERSION_TABLE

IGNORED_TABLES = (VERSION_TABLE,)
"""Tables that belong to the tools; a name alone means in any schema, else it is `schema.table`."""

IGNORED_SCHEMAS = ("assay",)
"""Schemas that belong to the tools: Assay's own ledger."""

_IDLE, _IN_TRANSACTION = 0, 2
"""libpq's transaction states, as psycopg2 and psycopg 3 give them."""

_seen: WeakKeyDictionary[Any, tuple[Any, ...]] = WeakKeyDictionary()
"""The servers of connections that were read before: it pays to prepare for them."""


def read_catalog(
    connection: Any,
    *,
    ignored_tables: Collection[str] = IGNORED_TABLES,
    ignored_schemas: Collection[str] = IGNORED_SCHEMAS,
) -> Catalog:
    """The schema that `connection` (psycopg2 or psycopg 3) sees now, its own uncommitted DDL included.

    Inside a transaction it works in a savepoint that it rolls back: settings and locks are as before.
    Outside it opens a read-only one of its own, and ends it. From the second time on a connection keeps
    prepared statements, named `assay_catalog_…`.
    """
    with undone(connection), connection.cursor() as cursor:
        asked = Statements(cursor, prepare=connection in _seen)
        server = _seen[connection] = _seen.get(connection) or _one(cursor, SERVER)
        there = [name for name, found in asked.rows("_census", server[0]) if found]
        rows = {name: asked.rows(name, server[0]) for name in (*ALWAYS, *there)}
    comments, privileges, members = (rows.pop(name) for name in ("_comments", "_privileges", "_members"))
    objects = [row for found in rows.values() for row in found]
    found = assemble(objects, comments, privileges, members, ignored_tables, ignored_schemas)
    belonging = frozenset((row[0], row[1]) for row in members)
    return Catalog(found, server=server[1], version=server[0], members=belonging)


class Statements:
    """Runs the statements of one reading, prepared where that pays."""

    def __init__(self, cursor: Any, *, prepare: bool) -> None:
        """Pins the settings that the texts depend on, until the transaction is undone."""
        self._cursor, self._prepare = cursor, prepare
        self._prepared = set(json.loads(_one(cursor, PREPARED)[0]))

    def rows(self, name: str, version: int) -> list[Any]:
        """What the file `name` gives."""
        text = statement(name, version)
        (answer,) = _one(self._cursor, self._prepare_once(name, text) if self._prepare else text)
        found: list[Any] = json.loads(answer)
        return found

    def _prepare_once(self, name: str, text: str) -> str:
        label = label_of(name.strip("_"), text)
        if label not in self._prepared:
            self._cursor.execute(f"PREPARE {label} AS {text}")
            self._prepared.add(label)
        return f"EXECUTE {label}"


def _one(cursor: Any, query: str) -> tuple[Any, ...]:
    """The only row, whatever rows the cursor makes."""
    cursor.execute(query)
    row = cursor.fetchone()
    return tuple(row.values()) if isinstance(row, dict) else tuple(row)


@contextmanager
def undone(connection: Any) -> Iterator[None]:
    """A place to read in, that leaves no trace: a savepoint, or a transaction of our own."""
    if connection.info.transaction_status != _IDLE:
        begin, end = f"SAVEPOINT {SAVEPOINT}", f"ROLLBACK TO {SAVEPOINT}; RELEASE {SAVEPOINT}"
    else:
        begin, end = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", "ROLLBACK"
    if connection.autocommit or connection.info.transaction_status != _IDLE:
        with connection.cursor() as cursor:
            cursor.execute(begin)
            try:
                yield
            finally:
                cursor.execute(end)
        return
    try:
        yield
    finally:
        connection.rollback()
