"""A table that existed before is emptied by TRUNCATE.

## What it does

Reports every existing table that a statement truncates, with those that CASCADE emptied beside the ones it
names.

## Why is this bad?

The rows come back from a backup or not at all. TRUNCATE takes an ACCESS EXCLUSIVE lock on each table, and
readers with an older snapshot see the tables empty (it is not MVCC-safe). No trigger for DELETE fires, and no
ON DELETE action runs.

## Example

```python
def upgrade() -> None:
    op.execute("TRUNCATE orders CASCADE")
```

## Use instead

Delete the rows that are to go, in batches, each a transaction of its own:

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(PURGE)  # see `whole-table-delete` for the block
```

Where the table is meant to be empty from now on (a cache, a queue), it is better emptied by the application,
which knows whether anything is in flight.

## References

- [PostgreSQL: TRUNCATE](https://www.postgresql.org/docs/current/sql-truncate.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._words import listed, sized
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement, with every table that it emptied."""
    for traced in observation.upgrade:
        tables = [each for each in traced.effect.truncated if each.kind == "table" and each.busy]
        if not tables:
            continue
        names = [sized(observation, table.name) for table in tables]
        yield rule("data", "truncated-table").finding(
            f"TRUNCATE empties {listed(names)} under ACCESS EXCLUSIVE, which blocks reads and writes: all "
            "rows "
            "are gone, and no downgrade brings them back.",
            "Say which rows are to go and delete those in batches (`assay explain whole-table-delete` shows "
            "the "
            "block). Where all of them are worthless, say so: # assay: waive truncated-table -- <why>",
            **observation.at(traced),
        )
