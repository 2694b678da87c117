"""A new column that holds amounts of money as a floating-point number.

## What it does

Finds new columns (and columns given a new type) of `double precision` or `real` whose names say that they
hold money: price, amount, fee, balance, revenue and the like. Rates, ratios and percentages are not told.

## Why is this bad?

Binary fractions cannot hold 0.10. Sums come out a cent off, `=` does not find what was stored, and the
order in which rows are added changes the total, so that two runs of a report differ.

## Example

```python
sa.Column("unit_price", sa.Float(), nullable=False)
```

## Use instead

```python
sa.Column("unit_price", sa.Numeric(14, 2), nullable=False)
```

## References

- [PostgreSQL: floating-point types](https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.catalog import Object
from assay.model import Finding, Severity
from assay.rules.design._new import base_type, column_findings
from assay.trace import Observation

severity = Severity.WARNING

_MONEY = re.compile(
    r"(^|_)(amount|balance|cash|cost|credit|debit|debt|ebitda|expense|fee|fund|income|invoice|money|payment"
    r"|payout|premium|price|profit|refund|revenue|salary|subtotal|tax|turnover|vat|wage|eur|gbp|usd)s?(_|$)",
    re.IGNORECASE,
)

_NO_AMOUNT = re.compile(
    r"(^|_)(rate|ratio|percent|percentage|pct|share|score|growth|margin|factor|weight|index|count|days|hours)s?(_|$)",
    re.IGNORECASE,
)


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table."""
    return column_findings(
        observation,
        "inexact-amount",
        _holds_money,
        lambda names: f"{names}: a floating-point number cannot hold 0.10, so sums of money come out wrong.",
        "sa.Numeric(14, 2)",
    )


def _holds_money(column: Object) -> bool:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column.key.name)
    inexact = base_type(column) in ("double precision", "real")
    return inexact and bool(_MONEY.search(name)) and not _NO_AMOUNT.search(name)
