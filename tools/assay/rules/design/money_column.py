"""A new column of type money.

## What it does

Finds new columns (and columns given a new type) of PostgreSQL's `money`.

## Why is this bad?

`money` has no currency. What a value looks like, and which texts it takes, follows the `lc_monetary` of the
session and the server: the same bytes read as $10.00 here and ¥1,000 there, and a dump may not load
elsewhere. It cannot hold fractions of a cent, and division rounds silently.

## Example

```python
sa.Column("amount", postgresql.MONEY(), nullable=False)
```

## Use instead

```python
sa.Column("amount", sa.Numeric(14, 2), nullable=False),
sa.Column("currency", sa.Text(), nullable=False),
```

## References

- [PostgreSQL wiki: do not use money](https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_money)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules.design._new import base_type, column_findings
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table."""
    return column_findings(
        observation,
        "money-column",
        lambda column: base_type(column) == "money",
        lambda names: (
            f"{names}: money has no currency of its own, and means what the server's lc_monetary says."
        ),
        "sa.Numeric(14, 2)",
    )
