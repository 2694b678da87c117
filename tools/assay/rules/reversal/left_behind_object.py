"""The downgrade leaves objects behind that the upgrade made.

## What it does

Compares the catalog after upgrade and downgrade with the one before, on the scratch server, and lists the
objects that are there and were not: the enum type that `drop_table` does not take along, above all. It is an
**error** where the next upgrade fails on them.

## Why is this bad?

The next upgrade makes them again and fails (42710, duplicate_object; 42P07, duplicate_table): a deployment
that was taken back cannot be repeated. And what nobody knows of is not looked after.

## Example

```python
def upgrade() -> None:
    op.execute("CREATE TYPE channel AS ENUM ('web', 'shop')")
    op.execute("ALTER TABLE orders ADD COLUMN channel channel")

def downgrade() -> None:
    op.drop_column("orders", "channel")
```

## Use instead

```python
def downgrade() -> None:
    op.drop_column("orders", "channel")
    op.execute("DROP TYPE channel")
```

An enum that a `sa.Enum` column made goes with `sa.Enum(name="channel").drop(op.get_bind())`, which does not
render offline; `op.execute("DROP TYPE channel")` does.

## References

- [PostgreSQL: DROP TYPE](https://www.postgresql.org/docs/current/sql-droptype.html)
- [Alembic: creating and dropping enum types](https://github.com/sqlalchemy/alembic/issues/278)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._words import listed, stopped
from assay.rules.reversal._downgrade import different, emits, place, ran, said, undone
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding, with every object."""
    changes = [change for change in different(observation) if change.before is None]
    if not ran(observation) or not emits(observation) or not changes:
        return
    again = observation.trip.again
    failed = again is not None and again.error is not None
    fails = f" The next upgrade fails: {stopped(again.error)}" if again is not None and again.error else ""
    lines = undone(changes)
    finding = rule("reversal", "left-behind-object").finding(
        f"downgrade() leaves behind {listed(map(said, changes))}.{fails}",
        f"Add to the end of downgrade():\n\n{lines}",
        **place(observation),
    )
    yield replace(finding, severity=Severity.ERROR) if failed else finding
