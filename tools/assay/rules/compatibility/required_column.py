"""A new column must be given a value, and the running release does not know it.

## What it does

Reports a column that is new on an existing table, NOT NULL, and without a default at the end of the revision
(nor generated, nor an identity). Also where the default was only there to fill the rows and is dropped again.

## Why is this bad?

Every INSERT of the running release leaves the column out, and is refused (23502, not_null_violation). Where
the column never had a default, the statement itself fails on the first table that is not empty.

## Example

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.Text(), nullable=False))
```

## Use instead

A default; it is stored once and rewrites nothing if it is a constant:

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.Text(), server_default="web", nullable=False))
```

Where no value fits all rows: add it nullable, let a release fill it, fill the old rows in batches, then
`CHECK (channel IS NOT NULL) NOT VALID`, `VALIDATE`, and SET NOT NULL, each in a revision of its own. A
default that is not wanted for good can go when every running release writes the column.

## References

- [PostgreSQL: ALTER TABLE … ADD COLUMN](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Key, Object
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._upgrade import original, relation
from assay.rules.data._words import code, schema_code, sized_column, type_code
from assay.trace import Observation, Traced

severity = Severity.ERROR

_FILLED = ("default", "generated", "identity")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each column."""
    upgrade = observation.trip.upgrade
    if upgrade.before is None or upgrade.released is None or upgrade.after is None:
        return
    for item, (traced, table, fails) in _new_columns(observation, upgrade.after).items():
        column = upgrade.after[item]
        was = upgrade.before.get(original(upgrade.before, column))
        told = was is not None and _is_required(was, upgrade.before)
        if item in upgrade.released or told or not _is_required(column, upgrade.after):
            continue
        yield rule("compatibility", "required-column").finding(
            f"{sized_column(observation, table.path, item.name)} is new, NOT NULL and without a default: "
            "every INSERT of the running release is refused (23502)"
            + (", and so is this statement on a table that has rows." if fails else "."),
            _advice(column, table),
            **observation.at(traced),
        )


def _new_columns(observation: Observation, after: Catalog) -> dict[Key, tuple[Traced, Key, bool]]:
    """Columns that this revision or an earlier one of its run added to busy tables, each with the last
    statement that touched it, and whether that is the one that added it, with no value for the rows that are
    there."""
    before, known = observation.trip.upgrade.before, observation.trip.upgrade.released or ()
    there = before.of_kind("column") if before is not None else []
    added = {item.id for item in there if item.key not in known and item.key.owner in known}
    found: dict[Key, tuple[Traced, Key, bool]] = {}
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            if change.key.kind != "column" or change.parent is None or change.after is None or change.implied:
                continue
            held = relation(traced, change.parent)
            if change.before is None and held is not None and held.busy and change.parent.kind == "table":
                added.add(change.after.id)
            if change.after.id in added and change.key in after:
                fails = change.before is None and _is_required(change.after, after)
                found[change.key] = (traced, change.parent, fails)
    return found


def _is_required(column: Object, after: Catalog) -> bool:
    if any(column.get(name) is not None for name in _FILLED):
        return False
    schema, _, name = column.text("type").rpartition(".")
    domain = after.get(Key("domain", schema, name.strip('"')))
    if domain is not None and domain.get("default") is not None:
        return False
    return bool(column.get("not_null") or (domain is not None and domain.get("not_null")))


def _advice(column: Object, table: Key) -> str:
    name, schema = column.key.name, schema_code(table)
    kind = type_code(column.text("type")) or f"...  # {column.text('type')}"
    with_default = (
        f"op.add_column({code(table.name)}, sa.Column({code(name)}, {kind}, "
        f"server_default=..., nullable=False){schema})"
    )
    nullable = f"op.add_column({code(table.name)}, sa.Column({code(name)}, {kind}){schema})"
    return (
        "Give it a default, and keep that until every running release writes the column (which value fits "
        "is not "
        f"known here):\n\n{with_default}\n\n"
        f"or, where no value fits all rows, let it be NULL until a release fills it:\n\n{nullable}"
    )
