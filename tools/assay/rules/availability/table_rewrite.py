"""A statement writes a table in use anew.

## What it does

Finds statements after which a table that existed before has another file on disk: PostgreSQL copied every row
into a new heap and built every index again. It is seen on the scratch server, not guessed from the text: a
changed type that needs no rewrite (varchar(50) to varchar(100) or text, a wider numeric) is none.

## Why is this bad?

It runs under ACCESS EXCLUSIVE: reads and writes of the table wait until the copy is done and the transaction
ends, and everything that waits behind them. It needs the table's size once more on disk, and as much WAL.

Rewrites are: a column with a volatile default (`clock_timestamp()`, `gen_random_uuid()`), an identity or
serial column, `GENERATED … STORED`, a column of a domain with constraints, most changes of a type, SET
LOGGED and UNLOGGED, VACUUM FULL, CLUSTER. None are: a constant or `now()` as the default, a virtual
generated column, a longer varchar, varchar to text, timestamp to timestamptz while TimeZone is UTC.

A table that `stats.json` says is small makes it a note.

## Example

```python
def upgrade() -> None:
    op.alter_column("order_items", "quantity", type_=sa.BigInteger())
```

## Use instead

A second column, kept equal by a trigger, filled in batches, and used by the next release; the finding writes
the revisions out. For a volatile default, the column first and the default after it, which then holds for new
rows only, and a backfill:

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("seen_at", sa.DateTime(timezone=True)))
    op.alter_column("orders", "seen_at", server_default=sa.text("clock_timestamp()"))
```

## References

- [PostgreSQL: ALTER TABLE, notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)
- [pg_repack](https://reorg.github.io/pg_repack/), for what only a rewrite can do
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._rewritten import explained
from assay.rules.availability._work import held, judged, lasting, sized
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table; a materialized view's is told by another rule."""
    for traced in observation.upgrade:
        locks = held(observation, traced)
        for table in traced.effect.rewrites:
            if not table.busy or table.kind == "materialized view":
                continue
            lock = locks.get(table.name)
            mode, stops = (lock.under(traced), lock.stops) if lock else ("its locks", "others")
            why, advice = explained(observation, traced, table.name)
            finding = rule("availability", "table-rewrite").finding(
                f"Writes {sized(observation, table.name)} anew {why}under {mode}: {stops} wait until the "
                f"copy is made{lasting(observation, table.name, 'rewrite')}, and the transaction ends.",
                advice,
                **observation.at(traced),
            )
            yield judged(finding, observation, table)
