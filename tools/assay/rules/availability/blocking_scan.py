"""A statement reads a whole table while the table's writers, or all of its users, wait for it.

## What it does

Finds statements that read a table which existed before from end to end, to see whether every row obeys a
new rule, under a lock that blocks at least its writes: SET NOT NULL without a proof, a CHECK or FOREIGN KEY
that is validated at once, a partition attached without a CHECK that matches its bounds, a default partition
that has to be searched, a table that may refer to a partition which is detached, a constraint added to a
domain.

## Why is this bad?

The lock lasts as long as the scan. A foreign key holds SHARE ROW EXCLUSIVE on both tables, also on the one
it points at: writes wait on both. SET NOT NULL, CHECK and ATTACH PARTITION hold ACCESS EXCLUSIVE: reads
wait, too.

What is no finding: a constraint NOT VALID, VALIDATE CONSTRAINT in a transaction of its own (it lets reads
and writes go on), SET NOT NULL behind a valid CHECK (… IS NOT NULL), anything on a table that the same pull
request makes. A table that `stats.json` says is small makes it a note.

## Example

```python
def upgrade() -> None:
    op.create_foreign_key("fk_orders_referrer_id", "orders", "customers", ["referrer_id"], ["id"])
```

## Use instead

Let new rows obey first, which takes no scan:

```python
def upgrade() -> None:
    op.create_foreign_key(
        "fk_orders_referrer_id", "orders", "customers", ["referrer_id"], ["id"], postgresql_not_valid=True
    )
```

and look at the old ones in a second revision, beside readers and writers:

```python
def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_referrer_id")
```

## References

- [PostgreSQL: ALTER TABLE, notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)
- [PostgreSQL: explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._scanned import Scan, scans
from assay.rules.availability._work import judged, lasting, sized
from assay.rules.data._words import listed
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table."""
    for traced in observation.upgrade:
        for scan in scans(observation, traced):
            finding = rule("availability", "blocking-scan").finding(
                _message(observation, scan), scan.advice(observation), **observation.at(traced)
            )
            yield judged(finding, observation, scan.table)


def _message(observation: Observation, scan: Scan) -> str:
    also = f", also writes of {listed(scan.referenced)}," if scan.referenced else ""
    why = f" to prove {scan.why}" if scan.why else ""
    return (
        f"Reads all of {sized(observation, scan.table)}{why} under {scan.lock.under(scan.traced)}: "
        f"{scan.lock.stops} wait{also} until it is read{lasting(observation, scan.table, 'scan')}, and the "
        "transaction ends."
    )
