"""An index is built while the table's writers wait.

## What it does

Finds statements that build an index on a table that existed before while they (or an earlier statement of the
same transaction) hold a lock that blocks its writes: CREATE INDEX, REINDEX, a UNIQUE, PRIMARY KEY or EXCLUDE
constraint that makes its own index, a partition attached without the indexes of its parent.

## Why is this bad?

The build reads the whole table and sorts it. CREATE INDEX holds SHARE meanwhile, and INSERT, UPDATE and
DELETE wait; a constraint holds ACCESS EXCLUSIVE, and SELECT waits as well.

What is no finding: a build CONCURRENTLY, one on a table that the same pull request makes, a constraint that
takes over an index which is already there (USING INDEX). A table that `stats.json` says is small makes it a
note.

## Example

```python
def upgrade() -> None:
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])
```

## Use instead

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_placed_at", "orders", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_orders_placed_at", "orders", ["placed_at"], postgresql_concurrently=True)
```

A build that is interrupted leaves an invalid index behind; the first line takes it away when the revision
runs again. For a constraint, build a unique index so, and let a second revision make the constraint of it:

```python
def upgrade() -> None:
    op.execute("ALTER TABLE products ADD CONSTRAINT uq_products_sku UNIQUE USING INDEX uq_products_sku")
```

## References

- [PostgreSQL: building indexes concurrently](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)
- [PostgreSQL: ALTER TABLE … ADD table_constraint_using_index](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._built import Build, builds
from assay.rules.availability._work import judged, lasting, sized
from assay.rules.data._words import listed
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table (a partitioned one with its partitions)."""
    for traced in observation.upgrade:
        for build in builds(observation, traced):
            finding = rule("availability", "blocking-index-build").finding(
                _message(observation, build), build.advice(observation), **observation.at(traced)
            )
            yield judged(finding, observation, build.table)


def _message(observation: Observation, build: Build) -> str:
    names = listed(build.names)
    return (
        f"Builds {names} on {sized(observation, build.table)}{_parts(build)} under "
        f"{build.lock.under(build.traced)}: "
        f"{build.lock.stops} wait until it is built{lasting(observation, build.table, 'index build')}, and "
        "the transaction ends."
    )


def _parts(build: Build) -> str:
    """`, in 3 partitions`, of a partitioned table."""
    count = len(build.tables)
    if build.tables == [build.table]:
        return ""
    return f", in {count} partitions" if count > 1 else f", in its partition {build.tables[0]}"
