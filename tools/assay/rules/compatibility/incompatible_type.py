"""A column's type becomes one that the old queries cannot use.

## What it does

Reports a column of an existing table or view whose new type is of another kind: number to text, text to uuid,
enum to text and back, one enum to another, scalar to array. Types that the same queries can use are none:
varchar and text, the widths of numbers, date and timestamp, json to jsonb; where such a change loses values,
`narrowed-type` tells it.

## Why is this bad?

The running release compares the column with values of the old type and reads values of the old type. From the
commit on its queries fail (42883, "operator does not exist: text = integer") or give it what it does not
expect. Values that the new type cannot hold stop the statement, or were changed by the USING clause.

## Example

```python
def upgrade() -> None:
    op.alter_column("orders", "coupon", type_=sa.Integer(), postgresql_using="coupon::integer")
```

## Use instead

Expand and contract: a second column of the new type, kept equal by a trigger, then the rows that are there in
batches, then a release that uses the new column only, then the old one goes:

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("coupon_number", sa.Integer()))
    op.execute(SYNC_FUNCTION)
    op.execute(SYNC_TRIGGER)
```

The finding writes the steps out.

## References

- [Parallel change (expand and contract)](https://martinfowler.com/bliki/ParallelChange.html)
- [PostgreSQL: ALTER TABLE, changing a column's data type](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Key
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.compatibility._expand import expanded
from assay.rules.data._retyped import Retyped, retyped
from assay.rules.data._words import sized_column
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each column."""
    for change in retyped(observation):
        if change.verdict != "incompatible":
            continue
        yield rule("compatibility", "incompatible-type").finding(
            f"{sized_column(observation, change.table.path, change.name)} was {change.said_before} and is "
            f"{change.said_after}: queries of the running release that compare it or read it fail (42883).",
            _advice(change, observation.trip.upgrade.before),
            **observation.at(change.traced),
        )


def _advice(change: Retyped, before: Catalog | None) -> str:
    if change.table.kind.endswith("view"):
        return (
            f"Keep the type in {change.table.path} by a cast; give the new one in a column of another name."
        )
    old = before.get(Key("column", change.table.schema, change.name, change.table.name)) if before else None
    if old is None:
        return "Add a second column, and move to it release by release."
    return expanded(change.table, old, f"{change.name}_new", before, change.said_after)
