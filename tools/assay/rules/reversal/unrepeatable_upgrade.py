"""The upgrade does not run a second time, or gives another schema then.

## What it does

Runs upgrade, downgrade and upgrade again on the scratch server. Finds it when the second upgrade fails, or
when the catalog after it is not the one after the first, although the downgrade had left nothing behind.

## Why is this bad?

A deployment that was taken back has to be repeated. If the upgrade depends on what it meets (a name that is
counted up, a branch on whether something exists), each environment ends with a schema of its own.

## Example

```python
def upgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT max(id) FROM orders")) is None:
        op.create_index("ix_orders_coupon", "orders", ["coupon"])
```

## Use instead

```python
def upgrade() -> None:
    op.create_index("ix_orders_coupon", "orders", ["coupon"])
```

## References

- [Alembic: running our first migration](https://alembic.sqlalchemy.org/en/latest/tutorial.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._words import listed, stopped
from assay.rules.reversal._downgrade import different, said
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """The second upgrade's failure or difference, unless what the downgrade left explains it."""
    again = observation.trip.again
    if again is None or different(observation):
        return
    changes = [change for change in observation.trip.differs_again or () if not change.implied]
    if again.error is None and not changes:
        return
    fact = f"fails: {again.error}" if again.error else f"differs in {listed(map(said, changes))}"
    where = {**observation.top(), "line": again.error_line or observation.revision.line}
    yield rule("reversal", "unrepeatable-upgrade").finding(
        f"After a downgrade, the second upgrade {stopped(fact)}",
        "Let the upgrade do the same whatever it meets (IF NOT EXISTS where something may be there), and let "
        "the downgrade take back all of it. What makes the difference is not known here.",
        **where,
    )
