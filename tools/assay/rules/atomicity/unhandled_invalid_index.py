"""A concurrent build that fails leaves an invalid index behind, and the revision does nothing about it.

## What it does

Finds CREATE INDEX CONCURRENTLY on a table in use that does nothing about what an interrupted build leaves: no
`DROP INDEX … IF EXISTS` of the same name before it in the revision, no `REINDEX INDEX` of it, no block that
looks at `pg_index.indisvalid`. It is a **warning** where that is most dangerous, with IF NOT EXISTS and for a
UNIQUE index, and a **note** otherwise.

## Why is this bad?

A concurrent build that is interrupted (a lock or statement timeout, a deadlock, a duplicate) leaves the
index in the catalog, invalid: no query uses it, every write pays for it. With IF NOT EXISTS the second run
finds the name taken, "succeeds", and the version moves on, over an index that will never serve. A unique
build is the one that real data makes fail, and an invalid unique index may go on refusing new rows.

A plain build without IF NOT EXISTS passes nothing over in silence, but its second run stops at what the first
one left (42P07), and somebody has to clear up by hand. (`assay apply` finds an invalid index and repairs it;
`alembic upgrade` does not.)

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
from typing import Any

from msgspec.structs import replace

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.atomicity._repeat import dropped_before, unrepeatable
from assay.rules.availability._code import concurrent_index
from assay.rules.data._parsed import kind, parsed
from assay.trace import Observation, Traced

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each such build."""
    for traced in observation.upgrade:
        node = parsed(traced.statement.sql) if "concurrently" in traced.statement.sql.lower() else None
        if node is None or kind(node) != "IndexStmt" or not node.concurrent:
            continue
        if _is_handled(observation, traced, node.idxname):
            continue
        made = [c.after for c in traced.effect.changes if c.key.kind == "index" and c.before is None]
        busy = any(relation.busy for relation in traced.effect.index_builds)
        if not busy or not made or made[0] is None:
            continue
        plain = not (node.if_not_exists or node.unique)
        if plain and traced in unrepeatable(observation):
            continue  # that is told there, with the same remedy
        finding = rule("atomicity", "unhandled-invalid-index").finding(
            f"A build that is interrupted leaves {made[0].key.name} behind as an invalid index{_then(node)}.",
            concurrent_index(made[0]),
            **observation.at(traced),
        )
        yield replace(finding, severity=Severity.NOTE) if plain else finding


def _then(node: Any) -> str:
    if node.if_not_exists:
        return ": the next run takes it for a good one (IF NOT EXISTS)"
    if node.unique:
        return ": and duplicates in the real data are enough for that; it may go on refusing rows"
    return ", which every write pays for, and the next `alembic upgrade` stops at it (42P07)"


def _is_handled(observation: Observation, traced: Traced, name: str) -> bool:
    """Whether the revision drops it before, builds it once more after, or looks whether it is valid."""
    if dropped_before(observation, traced):
        return True
    for other in observation.upgrade:
        if "indisvalid" in other.statement.sql:
            return True
        node: Any = parsed(other.statement.sql) if "reindex" in other.statement.sql.lower() else None
        if kind(node) == "ReindexStmt" and node.relation.relname == name:
            return True
    return False
