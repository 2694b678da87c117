"""Rows that a table's conditions accept, found by PostgreSQL itself among candidates."""

# ruff: noqa: S608 - names come quoted from the catalog, and literals are quoted

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import TYPE_CHECKING

from msgspec import Struct

from assay.scratch.seeding.catalog import Check
from assay.scratch.seeding.literals import identifier, literal

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

Row = Mapping[str, "str | None"]

COMBINATIONS = 4096
"""Combinations of candidates that one query tries."""
TRIALS = 64
"""Combinations tried one by one, where an expression fails on some of them."""
FOUND = 300
"""Rows that are enough to choose from."""


class Group(Struct, frozen=True):
    """Columns whose values come together: one column, or those of overlapping foreign keys."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str | None, ...]]
    """The candidates, best first."""


class Component(Struct, frozen=True):
    """Groups that conditions tie together."""

    groups: tuple[Group, ...]
    checks: tuple[Check, ...]


class Search:
    """Asks the server which rows pass; `casts` are the columns' types as SQL writes them."""

    def __init__(self, session: cursor, casts: Mapping[str, str]) -> None:
        self._session = session
        self._casts = casts

    def find(self, component: Component) -> list[Row]:
        """Rows of the component's columns that pass all of its checks; few or none is possible."""
        groups = []
        for group in component.groups:
            own = [check for check in component.checks if check.columns <= set(group.columns)]
            passed = self._passing([group], own) if own else None
            groups.append(group if passed is None else Group(group.columns, passed))
        if len(groups) == 1:
            return [dict(zip(groups[0].columns, row, strict=True)) for row in groups[0].rows]
        limited = list(_limited(groups))
        columns = [name for group in limited for name in group.columns]
        rows = self._passing(limited, component.checks)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def _passing(self, groups: Sequence[Group], checks: Sequence[Check]) -> list[tuple[str | None, ...]]:
        import psycopg2

        if not all(group.rows for group in groups):
            return []
        try:
            return self._ask([group.rows for group in groups], groups, checks)
        except psycopg2.Error:
            self._session.execute("ROLLBACK TO assay_search")
        found = []
        for combination in islice(product(*(group.rows for group in groups)), TRIALS):
            try:
                found += self._ask([[row] for row in combination], groups, checks)
            except psycopg2.Error:
                self._session.execute("ROLLBACK TO assay_search")
        return found

    def _ask(
        self,
        rows: Sequence[Sequence[tuple[str | None, ...]]],
        groups: Sequence[Group],
        checks: Sequence[Check],
    ) -> list[tuple[str | None, ...]]:
        """One query over all combinations. Their order is shuffled, always in the same way."""
        columns = [name for group in groups for name in group.columns]
        chosen = ", ".join(f"{identifier(name)}::text" for name in columns)
        sources = ", ".join(
            f"(VALUES {', '.join(map(self._record, [g.columns] * len(r), r))})"
            f" AS g{n}({', '.join(map(identifier, g.columns))})"
            for n, (g, r) in enumerate(zip(groups, rows, strict=True))
        )
        conditions = " AND ".join(f"({check.expression}) IS NOT FALSE" for check in checks)
        order = f" ORDER BY md5(concat_ws(',', {chosen}))" if len(groups) > 1 else ""
        self._session.execute("SAVEPOINT assay_search")
        self._session.execute(f"SELECT {chosen} FROM {sources} WHERE {conditions}{order} LIMIT {FOUND}")
        return list(self._session.fetchall())

    def _record(self, columns: Sequence[str], row: Sequence[str | None]) -> str:
        values = (f"CAST({literal(v)} AS {self._casts[name]})" for name, v in zip(columns, row, strict=True))
        return f"({', '.join(values)})"


def _limited(groups: Sequence[Group]) -> Iterator[Group]:
    """The groups with so many candidates each that the combinations stay few enough."""
    left, budget = len(groups), COMBINATIONS
    sizes = {}
    for number, group in sorted(enumerate(groups), key=lambda pair: len(pair[1].rows)):
        sizes[number] = max(2, min(len(group.rows), int(budget ** (1 / left))))
        budget, left = max(1, budget // max(1, min(sizes[number], len(group.rows)))), left - 1
    for number, group in enumerate(groups):
        yield Group(group.columns, _thinned(group.rows, sizes[number]))


def _thinned(rows: Sequence[tuple[str | None, ...]], size: int) -> list[tuple[str | None, ...]]:
    """Some from the beginning, some from all over, and a row of nulls where there is one."""
    if len(rows) <= size:
        return list(rows)
    empty = [row for row in rows if all(v is None for v in row)][:1]
    half = max(1, size // 2)
    step = max(1, (len(rows) - half) // max(1, size - half))
    return list(dict.fromkeys([*empty, *rows[:half], *rows[half::step]]))[:size]


def gaps(row: Row) -> frozenset[str]:
    """The columns that are null."""
    return frozenset(name for name, v in row.items() if v is None)


def choose(found: Sequence[Row], rows: int) -> list[Row]:
    """`rows` of them, as different as may be: full ones first, one with many nulls last."""
    if not found:
        return []
    chosen: list[Row] = []
    seen: set[tuple[str, str | None]] = set()
    patterns: set[frozenset[str]] = set()
    left = list(found)
    for number in range(rows):
        last = number == rows - 1 and rows > 1

        def score(row: Row, last: bool = last) -> int:
            empty = sum(v is None for v in row.values())
            new = sum(pair not in seen for pair in row.items() if pair[1] is not None)
            other_gaps = gaps(row) not in patterns
            return new + 3 * other_gaps + (100 * empty if last else -100 * empty)

        best = max(left or found, key=score)
        if best in left:
            left.remove(best)
        chosen.append(best)
        patterns.add(gaps(best))
        seen.update(best.items())
    return chosen
