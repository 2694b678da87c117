"""A column that the running release knows gets another name.

## What it does

Reports a renamed column of an existing table, view or materialized view, unless a column of the
old name that gives the same values stands there again at the end of the revision: one of a view, one that is
generated, one that the revision filled. A new column of the old name begins empty.

## Why is this bad?

The old release and the new one run side by side during a deployment, and the old one comes back in a
rollback. From the commit on, every query of the old one that names the column fails (42703,
undefined_column); an ORM names every column that it knows.

## Example

```python
def upgrade() -> None:
    op.alter_column("customers", "phone", new_column_name="telephone")
```

## Use instead

Expand and contract. First both names side by side, kept equal by a trigger, whichever a release writes:

```python
def upgrade() -> None:
    op.add_column("customers", sa.Column("telephone", sa.String(20)))
    op.execute(SYNC_FUNCTION)
    op.execute(SYNC_TRIGGER)
```

then, in a second revision, the rows that are there, in batches; then a release that uses the new name only;
and when no other runs any more, a third revision that drops the old column. The finding writes all three out.

## References

- [Parallel change (expand and contract)](https://martinfowler.com/bliki/ParallelChange.html)
- [PostgreSQL: ALTER TABLE … RENAME COLUMN](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Key, Object
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.compatibility._expand import expanded
from assay.rules.data._upgrade import fills, in_use, original, stands
from assay.rules.data._words import listed
from assay.trace import Observation

severity = Severity.ERROR

_FAILS = "the running release fails on every query that names it (42703)."
_REPLACED = (
    "the column that takes its name is a new one, without its values: the running release reads NULL (or a "
    "default), and writes where no later one may look."
)


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each column."""
    before = observation.trip.upgrade.before
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            if change.key.kind != "column" or change.action != "renamed" or change.implied:
                continue
            table, old = change.parent, change.before
            if before is None or table is None or old is None or not in_use(observation, change):
                continue
            now = stands(observation, old.key)
            if (now is not None and _gives_values(observation, old, now)) or original(before, old) != old.key:
                continue
            new = change.key.name
            view = table.kind.endswith("view")
            yield rule("compatibility", "renamed-column").finding(
                f"Renames the column {old.key.path} to {new}: {_REPLACED if now is not None else _FAILS}",
                _both(table.path, old.key.name, new) if view else expanded(table, old, new, before),
                **observation.at(traced),
            )


def _gives_values(observation: Observation, old: Object, now: Object) -> bool:
    """Whether it has the values of the one that was renamed, or is that one, renamed back."""
    table = Key("table", now.key.schema, now.key.parent)
    if now.get("generated") is not None or now.id == old.id or _is_of_view(observation, table):
        return True
    return any(fills(traced, table, now.key.name) for traced in observation.upgrade)


def _is_of_view(observation: Observation, table: Key) -> bool:
    after = observation.trip.upgrade.after
    return after is not None and table not in after


def _both(view: str, old: str, new: str) -> str:
    return (
        f"Let {view} have {listed([old, new])} side by side (CREATE OR REPLACE VIEW can add columns at the "
        "end), "
        "and take the old one away when no running release reads it."
    )
