"""The rows of the scratch tables before and after a revision's round trip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from assay.trace.model import LostValue

MOST_ROWS = 1000
"""Rows of a table that are compared; a table with more of them came from the history, not from seeding."""

Table = Mapping[str, "Counter[str]"]
"""Column → how often each value (as text) stands in it; the key "" counts the rows."""


def read_rows(cursor: Any, tables: Iterable[str]) -> dict[str, Table]:
    """The values of `tables` (quoted names), column by column."""
    found: dict[str, Table] = {}
    for name in tables:
        cursor.execute(f"SELECT pg_catalog.to_jsonb(t.*) FROM {name} t LIMIT {MOST_ROWS}")  # noqa: S608
        columns: dict[str, Counter[str]] = {"": Counter()}
        for (row,) in cursor.fetchall():
            columns[""]["rows"] += 1
            for column, value in row.items():
                if value is not None:
                    columns.setdefault(column, Counter())[repr(value)] += 1
        found[name] = columns
    return found


def changed(before: Mapping[str, Table], after: Mapping[str, Table]) -> tuple[LostValue, ...]:
    """What is other than it was, by table and column; `column` is None where rows were added."""
    found = []
    for table, columns in before.items():
        now = after.get(table, {})
        rows = now.get("", Counter())["rows"] - columns[""]["rows"]
        if rows > 0:
            found.append(LostValue(table, None, rows))
        elif rows == 0 and columns[""]["rows"] < MOST_ROWS:
            for column in sorted({*columns, *now} - {""}):
                was, has = columns.get(column, Counter()), now.get(column, Counter())
                if was != has:
                    found.append(LostValue(table, column, max((was - has).total(), (has - was).total())))
    return tuple(found)


def lost(before: Mapping[str, Table], after: Mapping[str, Table]) -> tuple[LostValue, ...]:
    """Values that were there before and are not after, by table and column."""
    found = []
    for table, columns in before.items():
        now = after.get(table, {})
        rows = columns[""]["rows"] - now.get("", Counter())["rows"]
        if rows > 0:
            found.append(LostValue(table, None, rows))
            continue
        for column, values in columns.items():
            gone = values - now.get(column, Counter())
            if column and gone:
                found.append(LostValue(table, column, sum(gone.values())))
    return tuple(found)
