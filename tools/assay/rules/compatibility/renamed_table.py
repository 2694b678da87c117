"""A table or view that the running release knows gets another name.

## What it does

Reports an existing table, view, materialized view or schema that is renamed or moved to another schema,
unless something of the old name with all the old columns and the same rows stands there again at the end of
the revision: a view, a partitioned table that has the old one as its partition, a table that the revision
filled. A new table of the old name begins without the rows.

## Why is this bad?

The old release and the new one run side by side during a deployment, and the old one comes back in a
rollback. From the commit on, every query of the old one fails (42P01, undefined_table). An empty table in its
place is worse: nothing fails, and every row seems to be gone.

## Example

```python
def upgrade() -> None:
    op.rename_table("customers", "clients")
```

## Use instead

Give the new name to a view, and keep the table: a view that only selects from one table can be written to as
well.

```python
def upgrade() -> None:
    op.execute("CREATE VIEW clients AS SELECT * FROM customers")
```

When every running release uses the new name, the two change places in one revision, where the view takes the
old name until nothing needs it:

```python
def upgrade() -> None:
    op.execute("DROP VIEW clients")
    op.rename_table("customers", "clients")
    op.execute("CREATE VIEW customers AS SELECT * FROM clients")
```

## References

- [PostgreSQL: updatable views](https://www.postgresql.org/docs/current/sql-createview.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Change, Key, Object, as_ddl
from assay.catalog.create import path_of
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._work import bare_name
from assay.rules.data._upgrade import RELATIONS, columns, in_use, original, stands
from assay.rules.data._words import execute, sized
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each table, and one for a schema with all that is in it."""
    before = observation.trip.upgrade.before
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            old = change.before
            if change.action != "renamed" or change.implied or change.key.kind not in (*RELATIONS, "schema"):
                continue
            if before is None or old is None or not in_use(observation, change):
                continue
            if _stands_in(observation, old) or original(before, old) != old.key:
                continue
            yield rule("compatibility", "renamed-table").finding(
                f"Renames the {old.key.kind} {sized(observation, old.key.path)} to {change.key.path}: "
                f"{_what_happens(observation, old)}",
                _advice(old.key, change.key),
                **observation.at(traced),
            )


def _stands_in(observation: Observation, old: Object) -> bool:
    """Whether something of the old name has all that the old one had: a view over the new name."""
    now = stands(observation, old.key, *RELATIONS)
    if now is None or not _has_rows(observation, old, now):
        return False
    upgrade = observation.trip.upgrade
    return columns(upgrade.released, old.key).keys() <= columns(upgrade.after, now.key).keys()


def _has_rows(observation: Observation, old: Object, now: Object) -> bool:
    """Whether it can give the old rows: a view, the table above the old one, or a table that was filled."""
    if now.key.kind != "table" or now.id == old.id:
        return True
    parents = (each.text("partition_of") for each in _same(observation, old))
    if any(bare_name(parent) == now.key.path for parent in parents):
        return True
    locks = (lock for traced in observation.upgrade for lock in traced.effect.locks)
    new = (lock for lock in locks if lock.relation.name == now.key.path and not lock.relation.preexisting)
    return any(lock.mode == "RowExclusiveLock" for lock in new)


def _same(observation: Observation, old: Object) -> list[Object]:
    """The table as it is at the end of the revision."""
    after = observation.trip.upgrade.after
    return [item for item in after.values() if item.id == old.id] if after is not None else []


def _what_happens(observation: Observation, old: Object) -> str:
    now = stands(observation, old.key, *RELATIONS)
    if now is None or _has_rows(observation, old, now):
        return "the running release fails on every query that names it (42P01)."
    return (
        f"the {now.key.kind} that takes its name is a new one, without its rows: the running release finds "
        "none of them, and writes where no later one may look."
    )


def _advice(old: Key, new: Key) -> str:
    if old.kind == "schema":
        return (
            f"Keep {old.path}; make the new schema beside it, with views over the old tables:\n\n"
            f"{execute(f'CREATE SCHEMA {path_of(new)}')}\n\nand let release by release move to it."
        )
    rename = as_ddl(Change(Object(old, {}), Object(new, {}))).split("\n")
    swap = (f"DROP VIEW {path_of(new)}", *rename, _view(old, new))
    return (
        f"Give the new name to a view (it can be written to as well):\n\n{execute(_view(new, old))}\n\n"
        "and when every running release uses it:\n\n" + "\n".join(map(execute, swap))
    )


def _view(name: Key, over: Key) -> str:
    return " ".join(("CREATE VIEW", path_of(name), "AS SELECT * FROM", path_of(over)))
