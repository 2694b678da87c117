"""The synthetic rows of the scratch tables: put in where they are missing, read before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any

from assay.scratch.seeding import seed
from assay.trace.data import Table, read_rows
from assay.trace.model import Effect, Step
from assay.trace.observe import Snapshot
from assay.trace.untouched import is_only_extended

_SHAPE = frozenset({"table", "column", "constraint", "index", "view", "materialized view"})
"""Kinds of objects that no rows depend on, or only those of their own table."""

_TABLES = """
    SELECT c.oid::bigint, c.oid::regclass::text FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND c.relname <> %s
"""

_REFERENCING = """
    WITH RECURSIVE emptied (oid) AS (
        SELECT unnest(%s::oid[])
        UNION
        SELECT k.conrelid FROM emptied e JOIN pg_catalog.pg_constraint k ON k.confrelid = e.oid
        WHERE k.contype = 'f'
    )
    SELECT e.oid::bigint, e.oid::regclass::text FROM emptied e
"""
"""What TRUNCATE … CASCADE takes with it."""


class Rows:
    """The rows of a scratch database; tables are named as `regclass` writes them."""

    def __init__(self, session: Any, version_table: str, look: Callable[[], Snapshot]) -> None:
        """`session` is one of ours, in autocommit; `look` tells the relations as they are."""
        self._session, self._version_table, self._look = session, version_table, look
        self._values: dict[str, Table] = {}
        self._seeded: set[int] = set()
        self._settled: set[int] = set()
        self._stale: set[int] | None = None
        self._names: dict[int, str] = {}
        self._seen: dict[int, str] | None = None
        self.unseeded: dict[str, str] = {}
        """Table → why it got no rows."""

    def fill(self) -> None:
        """Give every table rows; new ones where the schema changed under the old ones."""
        names = self._tables()
        stale = names.keys() if self._stale is None else self._stale & names.keys()
        todo = stale | (names.keys() - self._settled) | self._empty(stale & self._seeded)
        self._stale, self._settled = set(), set(names)
        if not todo:
            return
        failed = {oid for oid, name in names.items() if name in self.unseeded}
        seeded = seed(self._session, skip=(self._version_table,), only=todo | failed)
        rows = {name.removeprefix("public.") for name in seeded.rows}
        self._seeded |= {oid for oid, name in names.items() if name in rows}
        self.unseeded.update({name.removeprefix("public."): why for name, why in seeded.failed.items()})
        self._forget(rows)

    def clear(self) -> None:
        """Take out what was put in."""
        self._empty(self._seeded & self._tables().keys())
        self._values, self._seeded, self._stale = {}, set(), None

    def read(self) -> dict[str, Table]:
        """The values of every table."""
        tables = list(self._tables().values())
        self._values.update(self.of({table for table in tables if table not in self._values}))
        return {table: self._values[table] for table in tables}

    def forget(self) -> None:
        """Somebody may have written to them."""
        self._values = {}

    def rewritten(self, tables: Iterable[str]) -> None:
        """The rows of these tables have other values now."""
        names = set(tables)
        self._forget([table for table in self._values if _plain(table) in names])

    def of(self, tables: set[str]) -> dict[str, Table]:
        """The values of these tables, as far as they are there, as they are now."""
        with self._session.cursor() as cursor:
            return read_rows(cursor, sorted(tables & set(self._tables().values())))

    def touched(self, *steps: Step) -> set[str]:
        """Tables whose rows a step may have changed, of those that were or are there."""
        names = {
            lock.relation.table or lock.relation.name
            for step in steps
            for traced in step.traced
            for lock in traced.effect.locks
            if lock.mode not in ("AccessShareLock", "RowShareLock")
        }
        return {table for table in {*self._values, *self._tables().values()} if _plain(table) in names}

    def disturbed(self, *steps: Step, keep: bool = False) -> None:
        """These steps, and the first one again, have run: some rows are not what they were.

        With `keep` a table that was only given columns keeps its rows, with nothing written into those.
        """
        touched = self.touched(*steps)
        self._forget(touched)
        effects = [traced.effect for step in steps for traced in step.traced]
        if self._stale is None or not all(_is_local(effect) for effect in effects):
            self._stale = None
            return
        names = {name for effect in effects for name in _reshaped(effect)}
        names -= {name for name in names if keep and is_only_extended(name, steps)}
        self._stale |= {oid for oid, name in self._tables().items() if _plain(name) in names}

    def _empty(self, tables: Set[int]) -> Set[int]:
        """Take all rows out of them, and out of those that refer to them; all of these."""
        import psycopg2

        if not tables:
            return set()
        with self._session.cursor() as cursor:
            cursor.execute(_REFERENCING, [list(tables)])
            found = dict(cursor.fetchall())
            names = sorted(found.values())
            cursor.execute("SET session_replication_role = replica")
            try:
                cursor.execute("; ".join(f"DELETE FROM {name}" for name in names))  # noqa: S608
            except psycopg2.Error:  # a rule, a trigger that always fires, a publication
                cursor.execute(f"TRUNCATE {', '.join(names)}")
            cursor.execute("SET session_replication_role = origin")
        self._forget(names)
        return found.keys()

    def _tables(self) -> dict[int, str]:
        """The names of the tables by OID, asked for where other tables are there than the last time."""
        seen = {oid: row.name for oid, row in self._look().relations.items() if row.kind == "table"}
        if seen != self._seen:
            with self._session.cursor() as cursor:
                cursor.execute(_TABLES, [self._version_table])
                self._names = dict(cursor.fetchall())
            self._seen = seen
        return self._names

    def _forget(self, tables: Iterable[str]) -> None:
        for table in tables:
            self._values.pop(table, None)


def _is_local(effect: Effect) -> bool:
    """Whether it was seen, and changed nothing but tables: a type's new values may be in any of them."""
    return effect.proven and all(change.key.kind in _SHAPE for change in effect.changes)


def _reshaped(effect: Effect) -> Iterator[str]:
    """The tables that it changed, or the rows of."""
    for change in effect.changes:
        name = change.key.parent or change.key.name
        yield name if change.key.schema in ("", "public") else f"{change.key.schema}.{name}"
    for relation in (*effect.rewrites, *effect.truncated, *(w.relation for w in effect.written)):
        yield relation.name


def _plain(table: str) -> str:
    return table.replace('"', "")
