"""A new generated primary key that runs out of numbers.

## What it does

Finds new tables whose primary key is a single `integer` or `smallint` column that is numbered by an
identity or a sequence. A key that is a foreign key too takes its numbers from elsewhere and is not told,
nor is one whose numbers come with the rows.

## Why is this bad?

An `integer` ends at 2,147,483,647, and rolled-back inserts use numbers up as well. On that day every INSERT
fails. The way out, `bigint`, rewrites the table and every table that points at it under ACCESS EXCLUSIVE.
Four bytes a row now are cheaper; on most tables alignment takes them anyway.

## Example

```python
sa.Column("id", sa.Integer(), sa.Identity(), nullable=False)
```

## Use instead

```python
sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)
```

A table that stays small for ever (currencies, countries) is a case for a waiver.

## References

- [PostgreSQL: numeric types](https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Key, Object
from assay.model import Finding, Severity
from assay.preflight import constraint
from assay.rules.design._new import column_findings
from assay.trace import Observation

severity = Severity.WARNING

_LAST = {"integer": "2,147,483,647", "smallint": "32,767"}
"""PostgreSQL manual, "Numeric Types"."""


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table."""
    after = observation.trip.upgrade.after
    if after is None:
        return iter(())
    return column_findings(
        observation,
        "integer-primary-key",
        lambda column: _runs_out(after, column),
        lambda names: (
            f"{names}: a generated key of this type ends at 2,147,483,647 at the latest, and making "
            "it a bigint then rewrites the table and all that point at it."
        ),
        "sa.BigInteger(), sa.Identity()",
    )


def _runs_out(after: Catalog, column: Object) -> bool:
    generated = column.get("identity") is not None or column.text("default").startswith("nextval(")
    if column.text("type") not in _LAST or not generated:
        return False
    key = column.key
    below = after.below(Key("table", key.schema, key.parent))
    parts = [constraint(item.text("definition")) for item in below if item.key.kind == "constraint"]
    mine = {part.kind for part in parts if part is not None and part.columns == (key.name,)}
    return "primary key" in mine and "foreign key" not in mine
