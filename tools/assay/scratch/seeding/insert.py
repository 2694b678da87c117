"""Puts the rows in, fills the keys that had to wait, and takes out what a constraint would refuse."""

# ruff: noqa: S608 - names come quoted from the catalog, and literals are quoted

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg2

from assay.scratch.seeding.catalog import Catalog, ForeignKey, Table
from assay.scratch.seeding.literals import identifier, literal
from assay.scratch.seeding.plan import Plan, UnseedableError
from assay.scratch.seeding.search import Row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

ATTEMPTS = 6
"""Different rows tried in place of one that PostgreSQL refuses."""
PASSES = 5
"""Rounds of taking out rows whose parents were taken out."""


def insert(session: cursor, table: Table, plan: Plan, count: int) -> int:
    """Insert up to `count` rows, at least one; how many. Raises UnseedableError."""
    try:
        _try(session, _statement(table, plan.rows(count)))
    except psycopg2.Error as error:
        inserted, reason = _one_by_one(session, table, plan, count, error)
        if not inserted:
            raise UnseedableError(f"PostgreSQL refuses its rows: {_said(reason)}.") from None
        return inserted
    return count


def _one_by_one(
    session: cursor, table: Table, plan: Plan, count: int, reason: psycopg2.Error
) -> tuple[int, psycopg2.Error]:
    inserted = 0
    for number in range(count):
        for attempt in range(ATTEMPTS):
            try:
                _try(session, _statement(table, [plan.rows(count, attempt)[number]]))
            except psycopg2.Error as error:
                reason = error
            else:
                inserted += 1
                break
    return inserted, reason


def fill(session: cursor, catalog: Catalog, table: Table, key: ForeignKey, rows: int) -> None:
    """Point the rows of `table` to rows that are there now; to themselves where there are no others and
    nulls will not do.

    Columns that the key has in common with another one stay, and the parent must agree in them.
    """
    fixed = _fixed(table, key)
    pairs = list(zip(key.columns, key.parent_columns, strict=True))
    free = [(identifier(a), identifier(b)) for a, b in pairs if a not in fixed]
    agree = [f"p.{identifier(b)} = t.{identifier(a)}" for a, b in pairs if a in fixed]
    agree += [f"p.{name} IS NOT NULL" for _, name in free]
    parent, within = catalog.tables[key.parent], key.parent == table.oid
    source = f"{'' if parent.kind == 'p' else 'ONLY '}{parent.shown} p WHERE {' AND '.join(agree)}"
    others = f"{source} AND p.ctid <> t.ctid" if within else source
    source = others if table.can_be_null(key) else source
    first = rows - 1 if table.can_be_null(key) else rows
    mine = f"FROM (SELECT ctid AS at, row_number() OVER (ORDER BY ctid) AS n FROM ONLY {table.shown}) c"
    order = f"ORDER BY {'p.ctid = t.ctid, ' if within else ''}p.ctid"
    turn = f"{order} OFFSET (c.n - 1) % greatest(1, (SELECT count(*) FROM {others})) LIMIT 1"
    chosen = f"SELECT {', '.join(f'p.{b}' for _, b in free)} FROM {source} {turn}"
    statement = f"""
        UPDATE ONLY {table.shown} t SET ({", ".join(a for a, _ in free)}) = ({chosen}) {mine}
        WHERE t.ctid = c.at AND c.n <= {max(1, first)} AND EXISTS (SELECT FROM {source})
    """
    if free:
        with suppress(psycopg2.Error):  # nulls may stay, and rows without a parent are taken out
            _try(session, statement)


def _fixed(table: Table, key: ForeignKey) -> set[str]:
    """What other foreign keys have filled, and, where nulls would do, what cannot be null."""
    fixed = {name for other in table.foreign_keys if other is not key for name in other.columns}
    if table.can_be_null(key):
        fixed |= {name for name in key.columns if not table.columns[name].nullable}
    return fixed


def take_out_violators(session: cursor, catalog: Catalog, tables: Iterable[Table]) -> None:
    """Delete the rows that a foreign key or a deferrable key does not allow: no trigger has checked them."""
    listed = list(tables)
    for table in listed:
        for columns in table.deferrable_keys:
            same = " AND ".join(f"t.{identifier(n)} = o.{identifier(n)}" for n in columns)
            both = f"ONLY {table.shown} t USING ONLY {table.shown} o"
            session.execute(f"DELETE FROM {both} WHERE t.ctid > o.ctid AND {same}")
    orphans = [_orphans(catalog, table, key) for table in listed for key in table.foreign_keys]
    for _ in range(PASSES):
        if not orphans:
            return
        checks = " UNION ALL ".join(
            f"SELECT {n} WHERE EXISTS (SELECT FROM {rest})" for n, rest in enumerate(orphans)
        )
        session.execute(checks)
        bad = [row[0] for row in session.fetchall()]
        if not bad:
            return
        for number in bad:
            session.execute(f"DELETE FROM {orphans[number]}")


def _orphans(catalog: Catalog, table: Table, key: ForeignKey) -> str:
    parent = catalog.tables[key.parent]
    only = "" if parent.kind == "p" else "ONLY "
    pairs = [(identifier(a), identifier(b)) for a, b in zip(key.columns, key.parent_columns, strict=True)]
    present = " AND ".join(f"t.{a} IS NOT NULL" for a, _ in pairs)
    same = " AND ".join(f"p.{b} = t.{a}" for a, b in pairs)
    inner = f"SELECT FROM {only}{parent.shown} p WHERE {same}"
    return f"ONLY {table.shown} t WHERE {present} AND NOT EXISTS ({inner})"


def _statement(table: Table, rows: Sequence[Row]) -> str:
    columns = list(rows[0])
    if not columns:
        return ";".join([f"INSERT INTO {table.shown} DEFAULT VALUES"] * len(rows))
    records = ", ".join(f"({', '.join(literal(row[name]) for name in columns)})" for row in rows)
    return f"INSERT INTO {table.shown} ({_listed(columns)}) OVERRIDING SYSTEM VALUE VALUES {records}"


def _try(session: cursor, statement: str) -> None:
    """Run it, or leave no trace of it and raise."""
    try:
        session.execute(f"SAVEPOINT assay_try; {statement}; RELEASE assay_try")
    except psycopg2.Error:
        session.execute("ROLLBACK TO assay_try")
        raise


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(identifier, names))


def _said(error: psycopg2.Error) -> str:
    return (error.diag.message_primary or str(error)).rstrip(".")
