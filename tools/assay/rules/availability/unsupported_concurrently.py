"""CONCURRENTLY is asked of what cannot take it.

## What it does

Finds statements with CONCURRENTLY that PostgreSQL refuses because of their object: an index on a partitioned
table, an index of a partitioned table dropped, several indexes dropped at once, a materialized view without a
unique index, a partition detached beside a default partition, an exclusion constraint rebuilt. Where
CONCURRENTLY fails because it stands in a transaction, `failing-statement` tells it.

## Why is this bad?

The revision does not run: 0A000 (feature not supported) or 55000 (object not in prerequisite state).

## Example

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_events_kind", "events", ["kind"], postgresql_concurrently=True)
```

## Use instead

For a partitioned table: the index of the parent alone, which is no work, then that of each partition,
attached to it. The parent's is valid when the last one is attached.

```python
def upgrade() -> None:
    op.execute("CREATE INDEX ix_events_kind ON ONLY events (kind)")
```

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_events_2024_kind", "events_2024", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_events_2024_kind", "events_2024", ["kind"], postgresql_concurrently=True)
```

```python
def upgrade() -> None:
    op.execute("ALTER INDEX ix_events_kind ATTACH PARTITION ix_events_2024_kind")
```

For a materialized view: a unique index first.

## References

- [PostgreSQL: partition maintenance](https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE)
- [PostgreSQL: REFRESH MATERIALIZED VIEW](https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Key
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._code import autocommit
from assay.rules.availability._concurrent import refused_concurrently
from assay.rules.availability._work import bare_name, key_of
from assay.rules.data._parsed import kind, parsed
from assay.rules.data._words import code, drop_index, execute, numbered, schema_code, stopped
from assay.trace import Observation, Traced

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """The statement that failed so, if there is one."""
    for traced in observation.upgrade:
        error = traced.effect.error
        if error is not None and refused_concurrently(traced):
            yield rule("availability", "unsupported-concurrently").finding(
                f"PostgreSQL refuses CONCURRENTLY here ({error.sqlstate}): {stopped(error.message)}",
                _advice(observation, traced),
                **observation.at(traced),
            )


def _advice(observation: Observation, traced: Traced) -> str:
    node = parsed(traced.statement.sql)
    before = observation.trip.upgrade.before
    if kind(node) == "IndexStmt":
        table = ".".join(part for part in (node.relation.schemaname, node.relation.relname) if part)
        return _index(traced, node, key_of(before, bare_name(table)), before)
    if kind(node) == "RefreshMatViewStmt":
        name = node.relation.relname
        index = f"op.create_index({code(f'uq_{name}')}, {code(name)}, [...], unique=True)"
        return f"Give the view a unique index first, of columns that tell its rows apart:\n\n{index}"
    if kind(node) == "DropStmt" and len(node.objects) > 1:
        return "Drop one index a statement."
    return "Do it without CONCURRENTLY, while the table is little used: PostgreSQL has no other way."


def _index(traced: Traced, node: object, table: Key, before: Catalog | None) -> str:
    """ON ONLY the parent, then the partitions one by one."""
    name = str(getattr(node, "idxname", ""))
    sql = " ".join(traced.statement.sql.split())
    parent = sql.replace(" CONCURRENTLY", "", 1).replace(" ON ", " ON ONLY ", 1)
    columns = [part.index_elem.name for part in getattr(node, "index_params", ())]
    shown = "[" + ", ".join(map(code, columns)) + "]" if all(columns) else "[...]"
    unique = ", unique=True" if getattr(node, "unique", False) else ""
    builds, attached = [], []
    for partition in _partitions(table, before):
        part = f"{name}_{partition.name}"
        where, schema = f"{code(part)}, {code(partition.name)}", schema_code(partition)
        builds += [
            drop_index(part, partition.name, partition.schema),
            f"op.create_index({where}, {shown}{unique}{schema}, postgresql_concurrently=True)",
        ]
        attached.append(execute(f"ALTER INDEX {name} ATTACH PARTITION {part}"))
    return numbered(
        (
            ("this revision: the index of the parent alone, which is no work", execute(parent)),
            (
                "the next one: that of each partition; production may have others",
                autocommit(builds or ["..."]),
            ),
            ("the one after: the parent's is valid when all are attached", "\n".join(attached)),
        )
    )


def _partitions(table: Key, before: Catalog | None) -> list[Key]:
    return [
        key
        for key, item in (before or {}).items()
        if key.kind == "table" and bare_name(item.text("partition_of")) == table.path
    ]
