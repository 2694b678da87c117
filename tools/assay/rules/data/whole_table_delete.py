"""One statement deletes every row of a table.

## What it does

Reports a DELETE that took all rows of an existing table in one transaction, with the tables whose rows went
by ON DELETE CASCADE. A batch is none: a statement bounded by LIMIT, by a range of the primary key or of
`ctid`, or a DO block that commits batch by batch.

## Why is this bad?

The rows come back from a backup or not at all; a downgrade does not have them. Each stays locked until the
transaction ends, and so do the rows that a foreign key takes along.

## Example

```python
def upgrade() -> None:
    op.execute("DELETE FROM order_items")
```

## Use instead

Say which rows are to go. Where they are many, delete them in batches, each a transaction of its own, from a
revision of its own:

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(\"\"\"
DO $$
DECLARE
    done customers.id%TYPE;
    upto customers.id%TYPE;
BEGIN
    LOOP
        SELECT id INTO upto FROM customers
        WHERE done IS NULL OR id > done ORDER BY id OFFSET 999 LIMIT 1;
        DELETE FROM customers
        WHERE last_seen < '2020-01-01'
            AND (done IS NULL OR id > done) AND (upto IS NULL OR id <= upto);
        COMMIT;
        EXIT WHEN upto IS NULL;
        done := upto;
    END LOOP;
END
$$
\"\"\")
```

## References

- [PostgreSQL: DELETE](https://www.postgresql.org/docs/current/sql-delete.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._whole import WholeWrite, whole_writes
from assay.rules.data._words import listed, sized
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement: the table it names, and those that lost rows with it."""
    told: set[int] = set()
    for write in whole_writes(observation, "delete"):
        if id(write.traced) in told:
            continue
        told.add(id(write.traced))
        yield rule("data", "whole-table-delete").finding(
            "Deletes every row of "
            f"{sized(observation, write.relation.name)}{_where(write)}{_others(write)}, in one "
            "transaction: no downgrade brings them back, and each stays locked until it ends.",
            "Say which rows are to go, and delete those batch by batch, in a revision of its own:\n\n"
            + write.advice(observation),
            **observation.at(write.traced),
        )


def _where(write: WholeWrite) -> str:
    return " (its WHERE held back none of the scratch server's)" if write.filtered else ""


def _others(write: WholeWrite) -> str:
    names = [
        w.relation.name for w in write.traced.effect.written if w.deleted and w.relation != write.relation
    ]
    return f", and by ON DELETE CASCADE rows of {listed(names)}" if names else ""
