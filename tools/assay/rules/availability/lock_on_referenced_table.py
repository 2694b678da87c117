"""A statement keeps the readers of tables out that it does not name.

## What it does

Finds statements that drop a table, or several foreign keys at once, and so take ACCESS EXCLUSIVE on the
tables at the other end of the foreign keys. A warning where there are several such tables; a note where
there is one.

## Why is this bad?

A foreign key has triggers on both tables, and to remove them PostgreSQL locks both: who drops an old table
that nobody uses any more stops, for a moment, all reads of the busy one it points at. For a moment, if the
lock is to be had; behind a long query on one of the tables the statement waits and holds the others.

What is no finding: one foreign key dropped on its own, since it cannot go otherwise; the SHARE ROW
EXCLUSIVE that a new foreign key takes on the table it points at (it blocks writes for a moment; see
`blocking-scan` and `lock-held-over-work` for when it lasts).

## Example

```python
def upgrade() -> None:
    op.drop_table("order_items")  # locks orders and products
```

## Use instead

Drop the foreign keys first, each in a revision of its own (a transaction that locks one busy table for a
moment), and then the table:

```python
def upgrade() -> None:
    op.drop_constraint("fk_order_items_product_id", "order_items", type_="foreignkey")
```

## References

- [PostgreSQL: explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.catalog import Change, Key, Object
from assay.model import Finding, Severity
from assay.preflight import constraint
from assay.rules import rule
from assay.rules.availability._work import held, root
from assay.rules.data._words import code, listed, schema_code
from assay.trace import BLOCKS_READS, Observation, Traced

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement, which names all of the tables."""
    for traced in observation.upgrade:
        keys = _foreign_keys(traced)
        tables = _unnamed(observation, traced, keys)
        drops = any(change.key.kind == "table" and change.after is None for change in traced.effect.changes)
        if not tables or (len(tables) == 1 and not drops):
            continue
        finding = rule("availability", "lock-on-referenced-table").finding(
            f"Takes ACCESS EXCLUSIVE also on {listed(tables)}, which a foreign key ties to what is dropped: "
            "their reads and writes wait until the transaction ends.",
            "Drop the foreign keys first, each in a revision of its own:\n\n" + "\n".join(map(_drop, keys)),
            **observation.at(traced),
        )
        yield finding if len(tables) > 1 else replace(finding, severity=Severity.NOTE)


def _foreign_keys(traced: Traced) -> list[Object]:
    """Those that the statement removes."""
    gone = (c.before for c in traced.effect.changes if c.after is None and c.key.kind == "constraint")
    return [item for item in gone if item is not None and item.text("definition").startswith("FOREIGN KEY")]


def _unnamed(observation: Observation, traced: Traced, keys: list[Object]) -> list[str]:
    """Tables in use at the other end of the keys, whose readers this statement stops."""
    named = set(_subjects(traced.effect.changes))
    ends = {end for item in keys for end in _ends(item)}
    return sorted(
        name
        for name, lock in held(observation, traced).items()
        if lock.taken_by is traced
        and lock.lock.mode in BLOCKS_READS
        and name in ends - named
        and root(observation, name) == name
    )


def _subjects(changes: tuple[Change, ...]) -> Iterator[str]:
    """The tables that are dropped; else those whose constraints are."""
    dropped = [change.key.path for change in changes if change.key.kind == "table" and change.after is None]
    yield from dropped or (Key("table", c.key.schema, c.key.parent).path for c in changes if c.key.parent)


def _ends(item: Object) -> Iterator[str]:
    yield Key("table", item.key.schema, item.key.parent).path
    parts = constraint(item.text("definition"))
    if parts is not None:
        yield Key("table", parts.referenced_schema, parts.referenced).path


def _drop(item: Object) -> str:
    key = item.key
    return f'op.drop_constraint({code(key.name)}, {code(key.parent)}, type_="foreignkey"{schema_code(key)})'
