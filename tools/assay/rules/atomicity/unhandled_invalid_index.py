"""A concurrent build that fails leaves an invalid index behind, and the revision does nothing about it.

## What it does

Finds CREATE INDEX CONCURRENTLY on a table in use, without a `DROP INDEX … IF EXISTS` of the same name
before it in the revision, where that is most dangerous: with IF NOT EXISTS, and for a UNIQUE index.

## Why is this bad?

A concurrent build that is interrupted (a lock or statement timeout, a deadlock, a duplicate) leaves the
index in the catalog, invalid: no query uses it, every write pays for it. With IF NOT EXISTS the second run
finds the name taken, "succeeds", and the version moves on, over an index that will never serve. A unique
build is the one that real data makes fail, and an invalid unique index may go on refusing new rows.

A plain build without IF NOT EXISTS is no finding: its second run stops and says what is there (42P07).

## Example

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_orders_coupon", "orders", ["coupon"], if_not_exists=True, postgresql_concurrently=True
        )
```

## Use instead

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_coupon", "orders", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_orders_coupon", "orders", ["coupon"], postgresql_concurrently=True)
```

## References

- [PostgreSQL: building indexes concurrently](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.atomicity._repeat import dropped_before
from assay.rules.availability._code import concurrent_index
from assay.rules.data._parsed import kind, parsed
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each such build."""
    for traced in observation.upgrade:
        node = parsed(traced.statement.sql)
        if kind(node) != "IndexStmt" or not node.concurrent or dropped_before(observation, traced):
            continue
        made = [c.after for c in traced.effect.changes if c.key.kind == "index" and c.before is None]
        busy = any(relation.busy for relation in traced.effect.index_builds)
        if not busy or not made or made[0] is None or not (node.if_not_exists or node.unique):
            continue
        then = (
            "the next run takes it for a good one (IF NOT EXISTS)"
            if node.if_not_exists
            else "and duplicates in the real data are enough for that; it may go on refusing rows"
        )
        yield rule("atomicity", "unhandled-invalid-index").finding(
            f"A build that is interrupted leaves {made[0].key.name} behind as an invalid index: {then}.",
            concurrent_index(made[0]),
            **observation.at(traced),
        )
