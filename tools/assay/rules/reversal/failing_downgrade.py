"""The downgrade fails in PostgreSQL.

## What it does

Reports a `downgrade()` that PostgreSQL stopped with an error when it ran on the scratch server, right after
the upgrade. Where the error depends on the rows (a NOT NULL that comes back, a type that becomes narrower
again), it is a **warning**: rows that the new schema allows make it fail, others do not.

## Why is this bad?

A downgrade runs when a deployment went wrong, which is the worst moment to find out. What it did outside a
transaction before it failed stays.

## Example

```python
def upgrade() -> None:
    op.drop_constraint("ck_customers_credit", "customers")

def downgrade() -> None:
    op.create_check_constraint("ck_customers_credit", "clients", "credit >= 0")  # 42P01
```

## Use instead

```python
def downgrade() -> None:
    op.create_check_constraint(
        "ck_customers_credit", "customers", "credit >= 0", postgresql_not_valid=True
    )
```

Where rows of the new schema are in the way, change them first (`UPDATE … WHERE … IS NULL`), or leave the
column nullable and say so.

## References

- [PostgreSQL: error codes](https://www.postgresql.org/docs/current/errcodes-appendix.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.atomicity._remedies import CONVENTION, UNDEFINED_OBJECT
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """The statement that failed; what Python raised by itself is told by other rules."""
    down = observation.trip.downgrade
    last = down.traced[-1] if down is not None and down.error is not None and down.traced else None
    error = last.effect.error if last is not None else None
    if last is None or error is None or last.effect.foreign:
        return
    finding = rule("reversal", "failing-downgrade").finding(
        f"downgrade() fails: {error.message} ({error.sqlstate})"
        + (", on rows that the upgraded schema allows." if error.data_dependent else "."),
        "Change the rows that are in the way first; which value they should have is not known here."
        if error.data_dependent
        else f"Mend this statement{': ' + error.hint if error.hint else ''}.",
        **observation.at(last),
    )
    if observation.stood_in and error.sqlstate == UNDEFINED_OBJECT:
        yield replace(finding, severity=Severity.NOTE, advice=CONVENTION)
    else:
        yield replace(finding, severity=Severity.WARNING) if error.data_dependent else finding
