"""A key that the running release may rely on is dropped.

## What it does

Reports a primary key, unique constraint or unique index of an existing table that is dropped while all of its
columns stay, unless the same columns are unique by another one at the end of the revision.

## Why is this bad?

`INSERT … ON CONFLICT (sku)` needs exactly such a key: without it every upsert of the running release fails
(42P10, invalid_column_reference). A release that relies on the refusal of duplicates (23505) writes them from
the commit on, and no such key can be added again before they are gone. Without a primary key, logical
replication refuses UPDATE and DELETE.

## Example

```python
def upgrade() -> None:
    op.drop_constraint("uq_customers_email", "customers")
```

## Use instead

The new key first, beside the old one; then a release that names the new one, or none; then drop the old one,
and say why that is safe:

```python
def upgrade() -> None:
    # assay: waive dropped-unique-key owner=@shop -- release 41 upserts by id, and finds customers by id
    op.drop_constraint("uq_customers_email", "customers")
```

An index that is only to be built anew stays in force with `REINDEX INDEX CONCURRENTLY`.

## References

- [PostgreSQL: INSERT … ON CONFLICT](https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Key, Object
from assay.model import Finding, Severity
from assay.preflight import Index, index
from assay.rules import rule
from assay.rules.data._upgrade import removed
from assay.rules.data._words import sized
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each key."""
    for traced, change in removed(observation, "constraint", "index"):
        item, table = change.before, change.parent
        key = unique_key(item) if item is not None else None
        if item is None or table is None or key is None or not _matters(observation, table, key):
            continue
        yield rule("compatibility", "dropped-unique-key").finding(
            f"Drops the {_kind(item)} {item.key.name} of {sized(observation, table.path)}: INSERT … ON "
            f"CONFLICT ({', '.join(key.parts)}) of the running release fails (42P10), and duplicates are "
            "refused no more.",
            "Put the new key beside it first, and drop this one when no running release names its columns in "
            "ON CONFLICT, or relies on it:\n\n"
            "# assay: waive dropped-unique-key -- <the release since which nothing needs it>",
            **observation.at(traced),
        )


def unique_key(item: Object) -> Index | None:
    """What is unique by a constraint or an index; None where nothing is."""
    definition = item.text("definition")
    is_key = item.key.kind == "constraint" and definition.startswith(("PRIMARY KEY", "UNIQUE"))
    return index(definition) if (is_key or item.get("unique")) and not item.get("invalid") else None


def _matters(observation: Observation, table: Key, key: Index) -> bool:
    """Whether table and columns are there still, and nothing else makes the same columns unique."""
    after = observation.trip.upgrade.after
    if after is None or table not in after:
        return False
    columns = (Key("column", table.schema, name, table.name) for name in key.columns if name is not None)
    if not all(column in after for column in columns):
        return False
    others = (unique_key(item) for item in after.below(table))
    return not any(
        o is not None and set(o.expressions) == set(key.expressions) and o.where == key.where for o in others
    )


def _kind(item: Object) -> str:
    if item.key.kind == "index":
        return "unique index"
    return "primary key" if item.text("definition").startswith("PRIMARY KEY") else "unique constraint"
