"""Which objects of a revision's schema there are in production, and what they are called there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assay.catalog import Catalog, Change, Key, Object
from assay.preflight.grammar import nodes, quoted, tokens
from assay.trace import Traced

_RELATIONS = ("table", "materialized view", "foreign table")
_WRITES = re.compile(r"\b(?:UPDATE|DELETE|MERGE)\b", re.IGNORECASE)

_CALLED = ("function", "type", "domain", "operator", "collation", "view")
"""Kinds that an expression may name."""


class State:
    """The schema after some statements of the new revisions, tied to the schema before all of them."""

    def __init__(self, production: Catalog) -> None:
        self.production = production
        self._there = {item.id: item for item in production.values() if item.id is not None}
        self.objects: dict[Key, Object] = dict(production)
        self._writes: dict[tuple[int, int, int], list[tuple[Traced, frozenset[str] | None]]] = {}
        self._named: set[str] = set()

    def begin(self, before: Catalog) -> None:
        """The next revision begins with this schema."""
        self.objects = dict(before)

    def ran(self, traced: Traced) -> None:
        """A statement has run."""
        for change in traced.effect.changes:
            self._apply(change)
        for home, columns in self._written(traced):
            if home is not None and home.id is not None:
                self._writes.setdefault(home.id, []).append((traced, columns))

    def relation(self, schema: str, name: str) -> Object | None:
        """The table (or materialized view) of that name, as it is now."""
        return next(
            (o for kind in _RELATIONS if (o := self.objects.get(Key(kind, schema, name))) is not None), None
        )

    def table(self, schema: str, name: str) -> str | None:
        """What production calls the table, quoted; None where it has none."""
        now = self.relation(schema, name)
        then = self._then(now)
        return None if then is None else f"{quoted(then.key.schema)}.{quoted(then.key.name)}"

    def column(self, schema: str, table: str, name: str) -> Object | None:
        """The column as production has it."""
        now = self.objects.get(Key("column", schema, name, table))
        return self._then(now)

    def changed_before(self, schema: str, table: str, columns: Iterable[str]) -> str | None:
        """Where an earlier new statement stands that changes values of the columns; None without one."""
        home = self.relation(schema, table)
        wanted = set(columns)
        for traced, written in self._writes.get(home.id, []) if home is not None and home.id else []:
            if written is None or not wanted or written & wanted:
                return f"{traced.statement.path}:{traced.statement.line}"
        return None

    def unknown_in(self, schema: str, table: str, expression: str) -> str | None:
        """Why an expression over a table means nothing in production; None where it means the same."""
        for name in names_in(expression):
            now = self.objects.get(Key("column", schema, name, table))
            if now is None:
                continue
            then = self._then(now)
            if then is None:
                return f"{table}.{name} is made by the new revisions"
            if then.key.name != name:
                return f"{table}.{name} is called {then.key.name} before the new revisions"
            if then.text("type") != now.text("type"):
                return f"{table}.{name} has another type before the new revisions"
        return self.made_in(expression)

    def made_in(self, expression: str) -> str | None:
        """Why what an expression calls is not in production as it is now; None where it is."""
        words = {_plain(token.text) for token in tokens(expression)}
        made = sorted(words & self._named)
        return f"{made[0]} is made or changed by the new revisions" if made else None

    def _then(self, now: Object | None) -> Object | None:
        return self._there.get(now.id) if now is not None and now.id is not None else None

    def _apply(self, change: Change) -> None:
        if change.before is not None:
            self.objects.pop(change.before.key, None)
        if change.after is not None:
            self.objects[change.after.key] = change.after
            if change.key.kind in _CALLED and not change.implied:
                self._named.add(change.key.name.partition("(")[0])

    def _written(self, traced: Traced) -> Iterator[tuple[Object | None, frozenset[str] | None]]:
        """The tables whose rows a statement changes, with the columns; None where those cannot be told.

        It is asked of the statement, as the scratch tables may be empty, and else of what was seen.
        """
        sql = traced.statement.sql
        told = False
        for kind in ("UpdateStmt", "DeleteStmt", "MergeStmt") if _WRITES.search(sql) else ():
            for node in nodes(sql, kind):
                told = True
                home = self.relation(node.relation.schemaname or "public", node.relation.relname)
                sets = node.target_list if kind == "UpdateStmt" else ()
                yield home, frozenset(target.res_target.name for target in sets) or None
        for written in () if told else traced.effect.written:
            if written.updated or written.deleted:
                yield self._by_path(written.relation.name), None

    def _by_path(self, path: str) -> Object | None:
        schema, _, name = path.rpartition(".")
        return self.relation(schema or "public", name)


def names_in(expression: str) -> list[str]:
    """The columns that an expression names, each once."""
    found = [
        part.string.sval
        for node in nodes(f"SELECT {expression}", "ColumnRef")
        for part in list(node.fields)[-1:]
        if part.HasField("string")
    ]
    return list(dict.fromkeys(found))


def _plain(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()
