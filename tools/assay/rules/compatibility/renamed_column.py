"""A column that the running release knows gets another name.

## What it does

Reports a renamed column of an existing table, view or materialized view, unless something of the old name
stands there again at the end of the revision.

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

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.compatibility._expand import expanded
from assay.rules.data._upgrade import in_use, original, stands
from assay.rules.data._words import listed
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each column."""
    before = observation.trip.upgrade.before
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            if change.key.kind != "column" or change.action != "renamed" or change.implied:
                continue
            table, old = change.parent, change.before
            if before is None or table is None or old is None or not in_use(observation, traced, change):
                continue
            if stands(observation, old.key) or original(before, old) != old.key:
                continue
            new = change.key.name
            view = table.kind.endswith("view")
            yield rule("compatibility", "renamed-column").finding(
                f"Renames the column {old.key.path} to {new}: the running release fails on every query that "
                "names it (42703).",
                _both(table.path, old.key.name, new) if view else expanded(table, old, new, before),
                **observation.at(traced),
            )


def _both(view: str, old: str, new: str) -> str:
    return (
        f"Let {view} have {listed([old, new])} side by side (CREATE OR REPLACE VIEW can add columns at the "
        "end), "
        "and take the old one away when no running release reads it."
    )
