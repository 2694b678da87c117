"""Asks about one statement: whose question it is, and what production calls what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from assay.catalog import Key, Object
from assay.preflight.grammar import quoted
from assay.preflight.model import MOST, Query, Unasked
from assay.preflight.state import State, names_in
from assay.trace import Traced

Asked = Query | Unasked


class Asker(Struct, frozen=True):
    """One statement of a revision; `state` is that before it."""

    revision: str
    traced: Traced
    state: State

    def named(
        self, title: str, schema: str, table: str, columns: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]] | Unasked | None:
        """The table and its columns as production calls them; None where it has no such table."""
        home = self.state.table(schema, table)
        if home is None:
            return None
        found = []
        for name in columns:
            column = self.state.column(schema, table, name)
            if column is None:
                return self.unasked(title, f"{table}.{name} is made by the new revisions")
            found.append(quoted(column.key.name))
        why = self.changed(schema, table, columns)
        return self.unasked(title, why) if why is not None else (home, tuple(found))

    def changed(self, schema: str, table: str, columns: Iterable[str]) -> str | None:
        """Why the columns hold other values by then, as a clause; None where they do not."""
        place = self.state.changed_before(schema, table, columns)
        return None if place is None else f"an earlier statement ({place}) changes these values first"

    def meant(self, schema: str, table: str, expression: str) -> str | None:
        """Why an expression over the table cannot be asked of production; None where it can."""
        why = self.state.unknown_in(schema, table, expression)
        return why or self.changed(schema, table, names_in(expression))

    def rows(self, title: str, schema: str, table: str, condition: str) -> Asked | None:
        """How many rows of a table are so, told with the names that the statement has for all."""
        home = self.state.table(schema, table)
        if home is None:
            return None
        why = self.meant(schema, table, condition)
        return self.unasked(title, why) if why else self.counted(title, f"FROM {home} WHERE {condition}")

    def counted(self, title: str, rest: str, *, cheap: bool = True) -> Query:
        """How many there are, up to `MOST`."""
        return self.query(title, f"SELECT 1 {rest} LIMIT {MOST}", cheap=cheap)

    def query(self, title: str, bad: str, *, cheap: bool = True) -> Query:
        """How many rows the SELECT `bad` has."""
        statement = self.traced.statement
        return Query(
            title=title,
            sql=f"SELECT count(*) FROM ({bad}) AS bad",  # noqa: S608 - every name is quoted
            revision=self.revision,
            path=statement.path,
            line=statement.line,
            statement=statement.sql,
            cheap=cheap,
        )

    def unasked(self, title: str, why: str) -> Unasked:
        """What cannot be asked."""
        return Unasked(title, why, self.revision, self.traced.statement.path, self.traced.statement.line)


def holds(item: Object) -> bool:
    """Whether every row was found to satisfy the constraint."""
    return not item.get("not_valid") and not item.get("not_enforced")


def shown(key: Key) -> str:
    """The table that something stands below, as a person writes it."""
    return Key("table", key.schema, key.parent).path
