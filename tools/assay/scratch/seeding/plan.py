"""The rows to try in one table: what each column may hold, and which columns depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from assay.scratch.seeding.candidates import candidates
from assay.scratch.seeding.catalog import Catalog, Column, ForeignKey, Table
from assay.scratch.seeding.search import Component, Group, Row, Search, choose
from assay.scratch.seeding.values import value

Keys = Callable[[ForeignKey], Sequence[tuple["str | None", ...]]]
"""The rows that a foreign key may point to."""

MERGED = 64
"""Combinations of rows of several parents that foreign keys over the same columns lead to."""


class UnseedableError(Exception):
    """No row can be made; its text is the reason, a sentence."""


class Plan:
    """How to make rows for `table`; the foreign keys in `later` are filled when all tables have rows."""

    def __init__(
        self, catalog: Catalog, table: Table, later: Sequence[ForeignKey], keys: Keys, search: Search
    ) -> None:
        self._catalog = catalog
        self._table = table
        usable = {c.name for c in table.columns.values() if not c.generated}
        free = {c.name for c in table.columns.values() if not c.counts}
        self._checks = [
            c for c in table.checks if c.columns and c.columns <= (usable if c.bound else usable & free)
        ]
        checked = {name for check in self._checks for name in check.columns}
        self._parents = list(_groups(table, later, keys))
        taken = {name for group in self._parents for name in group.columns}
        others = [c for c in table.columns.values() if c.name in usable - taken]
        self._single = [c for c in others if c.name not in checked and not c.counts]
        components = list(self._components([c for c in others if c.name in checked]))
        tied = {name for component in components for group in component.groups for name in group.columns}
        self._free = [group for group in self._parents if not tied & set(group.columns)]
        self._found = [(component, self._find(search, component)) for component in components]

    def rows(self, count: int, attempt: int = 0) -> list[Row]:
        """`count` rows; every `attempt` gives others."""
        parts = [choose(found[attempt * count :] or found, count) for _, found in self._found]
        rows: list[Row] = []
        for number in range(count):
            last = number == count - 1 and count > 1
            row: dict[str, str | None] = {n: v for part in parts for n, v in part[number].items()}
            for group in self._free:
                choice = group.rows[-1] if last else group.rows[(number + attempt) % len(group.rows)]
                row.update(zip(group.columns, choice, strict=True))
            for column in self._single:
                if last and column.nullable and not attempt:
                    row[column.name] = None
                else:
                    row.update(self._plain(column, number + attempt * count))
            rows.append(row)
        return rows

    def _plain(self, column: Column, number: int) -> Row:
        text = value(self._catalog, column, number)
        if text is None and column.has_default:
            return {}
        if text is None and not column.nullable:
            type_ = self._catalog.spelling[column.type, column.modifier]
            raise UnseedableError(f"No value is known for the type {type_} of its column {column.name}.")
        return {column.name: text}

    def _components(self, columns: Iterable[Column]) -> Iterator[Component]:
        """Groups that share a check belong together, and so on."""
        groups = [*self._parents, *map(self._alone, columns)]
        left = [(check, [g for g in groups if check.columns & set(g.columns)]) for check in self._checks]
        while left:
            check, together = left.pop(0)
            checks = [check]
            while True:
                more = [pair for pair in left if any(g is h for g in pair[1] for h in together)]
                if not more:
                    break
                left = [pair for pair in left if pair not in more]
                checks += [pair[0] for pair in more]
                together = _unique(g for g in (*together, *(g for pair in more for g in pair[1])))
            yield Component(tuple(together), tuple(checks))

    def _alone(self, column: Column) -> Group:
        about = [check.expression for check in self._checks if column.name in check.columns]
        texts: list[str | None] = [*candidates(self._catalog, column, about)]
        return Group((column.name,), [(text,) for text in [*texts, *([None] if column.nullable else [])]])

    def _find(self, search: Search, component: Component) -> list[Row]:
        found = search.find(component)
        if not found:
            wanted = " and ".join(check.expression for check in component.checks)
            raise UnseedableError(f"No value was found that satisfies {wanted}.")
        return found


def _groups(table: Table, later: Sequence[ForeignKey], keys: Keys) -> Iterator[Group]:
    """The columns of foreign keys with what they may hold; keys that share columns come together."""
    groups: list[Group] = []
    for key in table.foreign_keys:
        group = _nothing_yet(table, key) if key in later else _parents(table, key, keys)
        if group is None:
            continue
        for other in [g for g in groups if set(g.columns) & set(group.columns)]:
            groups.remove(other)
            group = _merged(other, group)
            if not group.rows:
                raise UnseedableError(f"Its foreign keys over {', '.join(group.columns)} fit no common rows.")
        groups.append(group)
    for group in groups:
        empty = tuple(None if table.columns[name].nullable else "" for name in group.columns)
        if all(v is None for v in empty) and empty not in group.rows:
            yield Group(group.columns, [*group.rows, empty])
        else:
            yield group


def _nothing_yet(table: Table, key: ForeignKey) -> Group | None:
    """Nulls for a key to fill later; None where plain values have to hold its place."""
    columns = tuple(name for name in key.columns if table.columns[name].nullable)
    return Group(columns, [(None,) * len(columns)]) if table.can_be_null(key) else None


def _parents(table: Table, key: ForeignKey, keys: Keys) -> Group:
    rows = keys(key)
    if not rows and not table.can_be_null(key):
        raise UnseedableError(f"Its foreign key {key.name} leads to a table without rows.")
    if rows:
        return Group(key.columns, rows)
    columns = tuple(name for name in key.columns if table.columns[name].nullable)
    return Group(columns, [(None,) * len(columns)])


def _merged(one: Group, other: Group) -> Group:
    """The rows of both that agree in the columns that they share."""
    columns = (*one.columns, *(name for name in other.columns if name not in one.columns))
    rows: list[tuple[str | None, ...]] = []
    for first in one.rows:
        for second in other.rows:
            left, right = (
                dict(zip(one.columns, first, strict=True)),
                dict(zip(other.columns, second, strict=True)),
            )
            if all(left.get(name, v) == v for name, v in right.items()) and len(rows) < MERGED:
                rows.append(tuple((left | right)[name] for name in columns))
    return Group(columns, rows)


def _unique(groups: Iterable[Group]) -> list[Group]:
    return list({id(group): group for group in groups}.values())
