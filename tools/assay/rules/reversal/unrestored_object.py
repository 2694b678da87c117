"""The downgrade does not bring an object back as it was.

## What it does

Compares the catalog after upgrade and downgrade with the one before, on the scratch server, and lists the
objects that are missing or different: an index that went with its column, a default, a constraint, a view.
The place of a column in its table does not count.

## Why is this bad?

The old release meets a schema that it never knew: slower without the index, less safe without the constraint.
Nothing says so until it hurts.

## Example

```python
def upgrade() -> None:
    op.drop_index("ix_orders_customer_id", "orders")
    op.create_index("ix_orders_customer_id_placed_at", "orders", ["customer_id", "placed_at"])

def downgrade() -> None:
    op.drop_index("ix_orders_customer_id_placed_at", "orders")
```

## Use instead

```python
def downgrade() -> None:
    op.drop_index("ix_orders_customer_id_placed_at", "orders")
    op.create_index("ix_orders_customer_id", "orders", ["customer_id"])
```

## References

- [Alembic: running our first migration, downgrading](https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Change
from assay.catalog.describe import phrase
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._words import listed
from assay.rules.reversal._downgrade import different, emits, place, ran, said, undone
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding, with every object that is missing or different."""
    changes = [change for change in different(observation) if change.before is not None]
    if not ran(observation) or not emits(observation) or not changes:
        return
    lines = undone(changes)
    yield rule("reversal", "unrestored-object").finding(
        f"downgrade() does not restore what was there: {'; '.join(map(_told, changes))}.",
        f"What downgrade() has to do besides:\n\n{lines}",
        **place(observation),
    )


def _told(change: Change) -> str:
    if change.after is None:
        return f"{said(change)} is missing"
    if change.action == "renamed" and change.before is not None:
        return f"{change.before.key} is called {change.key.path}"
    parts = [f"{phrase(a.name, a.after)} instead of {phrase(a.name, a.before)}" for a in change.attributes]
    short = [part if "\n" not in part else "another definition" for part in parts]
    return f"{said(change)} has {listed(short)}"
