"""A new column of type char(n), which pads with blanks.

## What it does

Finds new columns (and columns given a new type) of `character(n)`, also called `char(n)` or `bpchar(n)`.

## Why is this bad?

Values are filled up with blanks to n characters, and the blanks come and go: they do not count in a
comparison with another `char`, they count in LIKE and in regular expressions, and casting to `text` takes
them away. It is neither smaller nor faster than `text`, and it does not refuse what is too short.

## Example

```python
sa.Column("currency", sa.CHAR(3), nullable=False)
```

## Use instead

```python
sa.Column("currency", sa.Text(), nullable=False),
sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ck_prices_currency"),
```

## References

- [PostgreSQL wiki: do not use char(n)](https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_char.28n.29)
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
        "char-column",
        lambda column: base_type(column).startswith("character(") or base_type(column) == "bpchar",
        lambda names: f"{names}: char(n) pads every value with blanks and does not refuse a shorter one.",
        "sa.Text()",
    )
