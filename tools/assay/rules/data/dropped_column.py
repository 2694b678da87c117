"""A column that existed before is dropped, with its values.

## What it does

Reports every column of an existing table that a statement drops, and says what the downgrade was seen to do
about it on the scratch server. It is an **error** where the values are gone, and a **warning** where the
downgrade fills the column again from elsewhere: the last step of expand and contract, which only hurts a
release that still uses the column.

What goes with the column without being named (its indexes, its constraints) is told with it. A column that
CASCADE took is told by `cascading-drop`, one of a view by `dropped-view-column`.

## Why is this bad?

Values that were dropped come back from a backup or not at all: a downgrade that adds the column again adds
it empty. And the release that is running names the column in its queries (an ORM names every column it
knows, in every SELECT), so it fails from the moment of the commit (42703, undefined_column).

## Example

```python
def upgrade() -> None:
    op.drop_column("orders", "note")

def downgrade() -> None:
    op.add_column("orders", sa.Column("note", sa.Text()))
```

## Use instead

First a release that no longer uses the column; where its values are needed elsewhere, revisions that copy
them (expand, backfill) and keep both equal by a trigger. Say so in the database meanwhile:

```python
def upgrade() -> None:
    op.alter_column("orders", "note", comment="unused since release 41, to be dropped after release 42")
```

When no running release uses the column any more, drop it, and say why that is safe:

```python
def upgrade() -> None:
    # assay: waive dropped-column owner=@orders -- release 41 reads order_notes; both were kept equal since
    op.drop_column("orders", "note")
```

## References

- [PostgreSQL: ALTER TABLE … DROP COLUMN](https://www.postgresql.org/docs/current/sql-altertable.html)
- [Parallel change (expand and contract)](https://martinfowler.com/bliki/ParallelChange.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.catalog import Change, Key
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._upgrade import comes_back, lost_in_part, removed, stands
from assay.rules.data._words import code, listed, schema_code, sized
from assay.trace import Observation, Traced

severity = Severity.ERROR

_WITH_IT = ("index", "constraint", "statistics")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table, with all the columns that it drops."""
    found: dict[tuple[int, Key], tuple[Traced, list[str]]] = {}
    for traced, change in removed(observation, "column"):
        table = change.parent
        if table is None or table.kind.endswith("view"):
            continue
        back = comes_back(observation, table, change.key.name)
        if not (back and stands(observation, change.key)):
            found.setdefault((id(traced), table), (traced, []))[1].append(change.key.name)
    for (_, table), (traced, columns) in found.items():
        yield _finding(observation, traced, table, columns)


def _finding(observation: Observation, traced: Traced, table: Key, columns: list[str]) -> Finding:
    plural = "s" if len(columns) > 1 else ""
    dropped = f"Drops the column{plural} {listed(columns)} of {sized(observation, table.path)}"
    back = all(comes_back(observation, table, column) for column in columns)
    replaced = all(stands(observation, Key("column", table.schema, c, table.name)) for c in columns)
    them = "them" if plural else "it"
    values = (
        f"the downgrade was seen to fill {them} again from elsewhere"
        if back
        else _lost(observation, table, columns)
        or f"the values are gone, and no downgrade was seen to fill {them} again"
    )
    it = "one of them" if plural else "it"
    breaks = "" if replaced else f" The running release fails on every query that names {it} (42703)."
    with_it = _with_it(traced.effect.changes, table)
    finding = rule("data", "dropped-column").finding(
        f"{dropped}{with_it}: {values}.{breaks}", _advice(table, columns), **observation.at(traced)
    )
    return replace(finding, severity=Severity.WARNING) if back else finding


def _lost(observation: Observation, table: Key, columns: list[str]) -> str:
    """What of the scratch server's values a downgrade that fills the columns again did not bring back."""
    lost = {column: lost_in_part(observation, table, column) for column in columns}
    told = [f"{count} of {column}" for column, count in lost.items() if count]
    if not told:
        return ""
    are = "is" if sum(lost.values()) == 1 else "are"
    return (
        "the downgrade gives back what the upgrade had put aside, and that is not all: of the scratch "
        f"server's values {listed(told)} {are} gone"
    )


def _with_it(changes: tuple[Change, ...], table: Key) -> str:
    gone = [str(c.key.kind) + " " + c.key.name for c in changes if _went_with(c, table)]
    return f", and with it {listed(gone)}" if gone else ""


def _went_with(change: Change, table: Key) -> bool:
    return change.after is None and change.key.kind in _WITH_IT and change.parent == table


def _advice(table: Key, columns: list[str]) -> str:
    name, schema = code(table.name), schema_code(table)
    marks = "\n".join(
        f"op.alter_column({name}, {code(column)}, comment={code('unused, to be dropped')}{schema})"
        for column in columns
    )
    drops = "\n".join(f"op.drop_column({name}, {code(column)}{schema})" for column in columns)
    it = "it" if len(columns) == 1 else "them"
    return (
        f"Ship a release that no longer uses {it} first; meanwhile:\n\n{marks}\n\n"
        "Where the values are needed elsewhere, copy them in batches before. When no running release uses "
        f"{it} any more, and the values may go:\n\n"
        f"# assay: waive dropped-column -- <why that is so>\n{drops}"
    )
