"""A new table has no primary key.

## What it does

Finds tables that a revision makes and leaves without a primary key. A key that the same revision adds later
counts; a partition takes its parent's.

## Why is this bad?

No row can be named: two equal rows cannot be told apart, updated or deleted one by one. Logical replication
refuses UPDATE and DELETE on the table (there is no replica identity), SQLAlchemy cannot map it, and tools
that work through a table in batches (backfills, pg_repack, change data capture) have nothing to walk along.

## Example

```python
op.create_table(
    "order_notes",
    sa.Column("order_id", sa.BigInteger(), nullable=False),
    sa.Column("note", sa.Text(), nullable=False),
)
```

## Use instead

```python
op.create_table(
    "order_notes",
    sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
    sa.Column("order_id", sa.BigInteger(), nullable=False),
    sa.Column("note", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_order_notes"),
)
```

A table that only relates two others has them as its key: `sa.PrimaryKeyConstraint("order_id", "tag_id",
…)`.

## References

- [PostgreSQL: primary keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS)
- [PostgreSQL: replica identity](https://www.postgresql.org/docs/current/logical-replication-publication.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Key
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.design._names import suggested
from assay.rules.design._new import added, code
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """Every new table without one."""
    after = observation.trip.upgrade.after
    for new in added(observation, "table"):
        key = new.item.key
        assert after is not None
        if _has_key(after, key) or new.item.get("inherits"):
            continue
        yield rule("design", "missing-primary-key").finding(
            f"The new table {key.path} has no primary key: its rows cannot be told apart, and logical "
            "replication refuses UPDATE and DELETE on it.",
            "Name the columns that identify a row, or add one that does:\n"
            '    sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),\n'
            f'    sa.PrimaryKeyConstraint("id", name={code(suggested("pk", key.name))}),',
            **observation.at(new.traced),
        )


def _has_key(after: Catalog, table: Key) -> bool:
    return any(
        item.key.kind == "constraint" and item.text("definition").startswith("PRIMARY KEY")
        for item in after.below(table)
    )
