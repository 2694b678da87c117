"""Columns that the revisions of one run (pull request) add, as long as nothing has written into them.

In production such a column has its default in every row, or NULL, when the next revision of the run meets
it. Synthetic rows that are made in between would have other values there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from assay.catalog import Change, Key
from assay.trace.model import Step

_TABLES = ("table", "foreign table")
_BESIDE = ("constraint", "index", "statistics")


class Untouched:
    """The columns by table; both as keys of the catalog."""

    def __init__(self) -> None:
        self._columns: dict[Key, set[str]] = {}

    def follow(self, upgrade: Step) -> None:
        """A revision has run: what it added, and in which tables it updated rows."""
        before = upgrade.before or ()
        for traced in upgrade.traced:
            for change in traced.effect.changes:
                self._note(change, existed=change.parent in before)
            for written in traced.effect.written:
                if written.updated:
                    for table in [each for each in self._columns if each.path == written.relation.name]:
                        del self._columns[table]

    def reset(self, session: Any) -> Iterator[str]:
        """Give each of them its default in every row, where its table allows that; the tables' names."""
        import psycopg2

        with session.cursor() as cursor:
            for table, columns in self._columns.items():
                name = f"{_quoted(table.schema)}.{_quoted(table.name)}"
                values = ", ".join(f"{_quoted(column)} = DEFAULT" for column in sorted(columns))
                cursor.execute("SET session_replication_role = replica")
                try:
                    cursor.execute(f"UPDATE {name} SET {values}")  # noqa: S608 - quoted
                except psycopg2.Error:  # a constraint wants other values: then a revision has to write them
                    continue
                finally:
                    cursor.execute("SET session_replication_role = origin")
                yield table.path

    def _note(self, change: Change, *, existed: bool) -> None:
        if change.key.kind == "table" and change.action != "added" and change.before is not None:
            self._moved(change.before.key, change.after.key if change.after is not None else None)
        if change.key.kind != "column" or change.parent is None or change.parent.kind not in _TABLES:
            return
        known = self._columns.setdefault(change.parent, set())
        if change.before is not None and change.before.key.name in known:
            known.remove(change.before.key.name)
            known |= {change.key.name} if change.after is not None else set()
        elif change.before is None and change.after is not None and existed and _holds_default(change):
            known.add(change.key.name)
        if not known:
            del self._columns[change.parent]

    def _moved(self, old: Key, new: Key | None) -> None:
        """A table was renamed, or dropped."""
        columns = self._columns.pop(old, None)
        if columns is not None and new is not None:
            self._columns[new] = columns


def is_only_extended(table: str, steps: Iterable[Step]) -> bool:
    """Whether all that became of a table is that it got columns (and lost them again), constraints and
    indexes: its rows are those that it had."""
    effects = [traced.effect for step in steps for traced in step.traced]
    changes = [c for effect in effects for c in effect.changes if table in (c.key.path, _home(c))]
    added = {c.key for c in changes if c.key.kind == "column" and c.before is None}
    written = [relation.name for effect in effects for relation in effect.truncated]
    written += [each.relation.name for effect in effects for each in effect.written]
    return (
        bool(added) and table not in written and all(c.key.kind in _BESIDE or c.key in added for c in changes)
    )


def _home(change: Change) -> str:
    return change.parent.path if change.parent is not None else ""


def _holds_default(change: Change) -> bool:
    """Whether the column's values are all alike, and not PostgreSQL's to make for each row."""
    item = change.after
    return item is not None and item.get("identity") is None and item.get("generated") is None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
