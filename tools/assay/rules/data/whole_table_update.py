"""One statement updates every row of a table.

## What it does

Reports an UPDATE (or MERGE) that changed all rows of an existing table in one transaction. A batch is none:
a statement bounded by LIMIT, by a range of the primary key or of `ctid`, or a DO block that commits batch by
batch. Where stats say that the table is small, it is a note.

## Why is this bad?

Each updated row stays locked until the transaction ends, so every writer of the table waits for the slowest
statement of the revision. The table doubles (each row is written anew, with all its indexes), replicas fall
behind, and an error near the end loses all of it.

## Example

```python
def upgrade() -> None:
    op.execute("UPDATE customers SET name = trim(name)")
```

## Use instead

A revision of its own, outside a transaction, that goes through the table in batches:

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
        UPDATE customers SET name = trim(name)
        WHERE (done IS NULL OR id > done) AND (upto IS NULL OR id <= upto);
        COMMIT;
        EXIT WHEN upto IS NULL;
        done := upto;
    END LOOP;
END
$$
\"\"\")
```

## References

- [PostgreSQL: routine vacuuming](https://www.postgresql.org/docs/current/routine-vacuuming.html)
- [PostgreSQL: transaction management in PL/pgSQL](https://www.postgresql.org/docs/current/plpgsql-transactions.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._whole import WholeWrite, whole_writes
from assay.rules.data._words import sized
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table."""
    for write in whole_writes(observation, "update"):
        finding = rule("data", "whole-table-update").finding(
            f"Updates every row of {sized(observation, write.relation.name)}{_where(write)} in one "
            "transaction: "
            "each stays locked against writers until it ends, and the table is written anew with all its "
            "indexes.",
            "In a revision of its own, batch by batch:\n\n" + write.advice(observation),
            **observation.at(write.traced),
        )
        small = observation.is_small(write.relation)
        yield replace(finding, severity=Severity.NOTE) if small else finding


def _where(write: WholeWrite) -> str:
    return " (its WHERE held back none of the scratch server's)" if write.filtered else ""
