"""A new column of type json, where jsonb was meant.

## What it does

Finds new columns (and columns given a new type) of `json`, which is what `sa.JSON()` means on PostgreSQL.

## Why is this bad?

`json` keeps the text as it was written and parses it anew at every use. It has no equality, so DISTINCT,
GROUP BY and UNION over the column fail with "could not identify an equality operator"; it cannot be indexed
by GIN, and duplicate keys survive in it. `jsonb` has all of this. Changing later rewrites the table.

## Example

```python
sa.Column("payload", sa.JSON())
```

## Use instead

```python
from sqlalchemy.dialects import postgresql

sa.Column("payload", postgresql.JSONB())
```

Where the exact text matters (a signed document), `json` is right: waive it with that reason.

## References

- [PostgreSQL: JSON types](https://www.postgresql.org/docs/current/datatype-json.html)
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
        "json-column",
        lambda column: base_type(column) == "json",
        lambda names: f"{names}: json has no equality (DISTINCT and GROUP BY fail) and takes no GIN index.",
        "postgresql.JSONB()",
    )
