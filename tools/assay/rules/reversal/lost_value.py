"""Values that were there before the upgrade are not after the downgrade.

## What it does

Compares the rows of the scratch server before the upgrade and after the downgrade, and lists the columns (or
whole rows) that lost values to a change of the schema or to a statement of the downgrade. What the upgrade
dropped, narrowed, truncated or rewrote is told there (`dropped-column`, `narrowed-type`, `whole-table-update`
…), and not a second time; but for a downgrade that gives back only a part of what the upgrade had put aside.

## Why is this bad?

Whoever goes back after a bad deployment expects the data of the hour before. The old release runs on without
an error, on values that are not those it wrote.

## Example

```python
def upgrade() -> None:
    op.alter_column("customers", "phone", type_=sa.Text())

def downgrade() -> None:
    op.alter_column("customers", "phone", type_=sa.String(20), postgresql_using="left(phone, 3)")
```

## Use instead

Let PostgreSQL refuse what does not fit any more, and mend those rows by hand:

```python
def downgrade() -> None:
    op.alter_column("customers", "phone", type_=sa.String(20))
```

## References

- [Alembic: running our first migration, downgrading](https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._work import key_of
from assay.rules.compatibility._enums import changed_enums
from assay.rules.data._retyped import Retyped, retyped
from assay.rules.data._upgrade import lost_in_part
from assay.rules.data._words import listed
from assay.rules.reversal._downgrade import place
from assay.trace import LostValue, Observation, Traced

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding, with every column and table."""
    lost = [value for value in observation.trip.lost if not _is_told(observation, value)]
    if lost:
        yield rule("reversal", "lost-value").finding(
            f"After upgrade and downgrade, {listed(map(_said, lost))} "
            f"{'is' if len(lost) == 1 else 'are'} gone from the scratch server's rows.",
            "Let the downgrade touch only what the upgrade made, and let PostgreSQL refuse what does not fit "
            "any more; or copy the values back. How is not known here.",
            **place(observation),
        )


def _is_told(observation: Observation, lost: LostValue) -> bool:
    """Whether the upgrade lost them: rules about data tell that, or it is what a data migration is for."""
    table = lost.table.replace('"', "")
    if any(_is_of(change, table, lost.column) for change in retyped(observation)):
        return True
    if any(f"{table}.{lost.column}" in enum.columns for enum in changed_enums(observation)):
        return True
    down = observation.trip.downgrade
    if lost_in_part(observation, key_of(observation.trip.upgrade.before, table), lost.column):
        return False
    if any(_took(traced, table, lost.column) for traced in observation.upgrade):
        return True
    wrote_up = any(_wrote(traced, table) for traced in observation.upgrade)
    wrote_down = down is not None and any(_wrote(traced, table) for traced in down.traced)
    return wrote_up and not wrote_down


def _is_of(change: Retyped, table: str, column: str | None) -> bool:
    return change.verdict != "same" and (change.table.path, change.name) == (table, column)


def _took(traced: Traced, table: str, column: str | None) -> bool:
    """Whether a statement dropped or emptied the table, or dropped the column."""
    effect = traced.effect
    emptied = any(
        r.name == table for r in (*effect.truncated, *(w.relation for w in effect.written if w.deleted))
    )
    gone = {c.key.path for c in effect.changes if c.after is None and c.key.kind in ("table", "column")}
    return emptied or table in gone or (column is not None and f"{table}.{column}" in gone)


def _wrote(traced: Traced, table: str) -> bool:
    return any(written.relation.name == table for written in traced.effect.written)


def _said(lost: LostValue) -> str:
    rows = f"{lost.rows} row{'s' if lost.rows > 1 else ''}"
    values = f"{lost.rows} value{'s' if lost.rows > 1 else ''}"
    table = lost.table.replace('"', "")
    return f"{rows} of {table}" if lost.column is None else f"{table}.{lost.column} ({values})"
