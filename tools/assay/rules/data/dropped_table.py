"""A table that existed before is dropped, with its rows.

## What it does

Reports every existing table (also a partition or a foreign table) that a statement drops. It is an **error**
where the rows are gone, and a **warning** where the downgrade was seen to fill it again from elsewhere. A
table that CASCADE took from another is told by `cascading-drop`; one that an earlier revision of the same
pull request made is nobody's loss.

## Why is this bad?

The rows come back from a backup or not at all: a downgrade that creates the table again creates it empty.
The release that is running fails on every query that names it (42P01, undefined_table).

## Example

```python
def upgrade() -> None:
    op.drop_table("products")
```

## Use instead

First a release that no longer uses the table, then a time in which it can be had back. Say so in the
database:

```python
def upgrade() -> None:
    op.create_table_comment("products", "unused since release 41, to be dropped after release 45")
```

When that time is over, drop it, and say why that is safe:

```python
def upgrade() -> None:
    # assay: waive dropped-table owner=@catalogue -- unused since release 41, archived in the warehouse
    op.drop_table("products")
```

A partition is better detached first (`ALTER TABLE … DETACH PARTITION … CONCURRENTLY`): that blocks nobody,
and its rows are still there.

## References

- [PostgreSQL: DROP TABLE](https://www.postgresql.org/docs/current/sql-droptable.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.catalog import Key, Object
from assay.catalog.create import path_of
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._batches import in_autocommit
from assay.rules.data._upgrade import comes_back, original, removed, stands
from assay.rules.data._words import code, execute, schema_code, sized
from assay.trace import Observation, Traced

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each table."""
    known = observation.trip.upgrade.released
    for traced, change in removed(observation, "table", "foreign table"):
        assert change.before is not None
        assert known is not None
        back = comes_back(observation, change.key) or change.key.kind == "foreign table"
        replaced = stands(observation, original(known, change.before), "table", "view") is not None
        if not (back and replaced):
            yield _finding(observation, traced, change.before, back, replaced)


def _finding(observation: Observation, traced: Traced, table: Object, back: bool, replaced: bool) -> Finding:
    key = table.key
    part = table.text("partition_of")
    what = f"the partition {{}} of {part.removeprefix('public.')}" if part else f"the {key.kind} {{}}"
    rows = (
        "its rows are elsewhere, too"
        if back
        else "its rows are gone, and no downgrade was seen to restore them"
    )
    breaks = "" if replaced or part else " The running release fails on every query that names it (42P01)."
    finding = rule("data", "dropped-table").finding(
        f"Drops {what.format(sized(observation, key.path))}: {rows}.{breaks}",
        _advice(key, part),
        **observation.at(traced),
    )
    return replace(finding, severity=Severity.WARNING) if back else finding


def _advice(key: Key, parent: str) -> str:
    drop = f"op.drop_table({code(key.name)}{schema_code(key)})"
    if parent:
        detach = f"ALTER TABLE {parent.removeprefix('public.')} DETACH PARTITION {path_of(key)} CONCURRENTLY"
        first = f"Detach it first; its rows stay:\n\n{in_autocommit(execute(detach))}"
    else:
        comment = (
            f"op.create_table_comment({code(key.name)}, {code('unused, to be dropped')}{schema_code(key)})"
        )
        first = f"Ship a release that no longer uses it first; meanwhile:\n\n{comment}"
    waiver = "# assay: waive dropped-table -- <why that is so>"
    return f"{first}\n\nWhen nothing needs its rows any more:\n\n{waiver}\n{drop}"
