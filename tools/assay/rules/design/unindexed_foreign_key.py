"""A new foreign key has no index on its own side.

## What it does

Finds foreign keys that a revision adds, to a new table or an old one, whose columns are not the leading
columns of any index of their table as the revision leaves it. Their order does not matter. A partial index
counts only where it leaves out nothing but NULLs; an invalid one does not count.

## Why is this bad?

PostgreSQL indexes the referenced side only. Each DELETE, and each UPDATE of the key, of a referenced row
has to look for rows that still point at it: without an index it reads the whole referencing table, once for
each deleted row, within the deleting transaction. Joins along the key read it from end to end as well.

## Example

```python
op.create_table(
    "shipments",
    sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
    sa.Column("order_id", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_shipments"),
    sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_shipments_order_id"),
)
```

## Use instead

The same, and then:

```python
op.create_index("ix_shipments_order_id", "shipments", ["order_id"])
```

On a table in use, build it concurrently in a revision of its own, before the key is added.

## References

- [PostgreSQL: foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK)
- [Cybertec: foreign keys and indexes](https://www.cybertec-postgresql.com/en/index-your-foreign-key/)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.catalog import Catalog, Key
from assay.model import Finding, Severity
from assay.preflight import Constraint, Index, constraint
from assay.rules import rule
from assay.rules.data._words import drop_index
from assay.rules.design._indexes import indexes_of
from assay.rules.design._names import suggested
from assay.rules.design._new import New, added, code, codes, is_busy, listed, schema_code, table_of
from assay.trace import Observation, Relation

severity = Severity.WARNING

_EQUALITY = ("btree", "hash")
"""Access methods that find a row by equality of whole columns."""


def check(observation: Observation) -> Iterator[Finding]:
    """Every new foreign key without an index that begins with its columns."""
    after = observation.trip.upgrade.after
    for new in added(observation, "constraint"):
        key = constraint(new.item.text("definition"))
        if after is None or key is None or key.kind != "foreign key" or _indexed(after, new.item.key, key):
            continue
        yield _finding(observation, new, key)


def _finding(observation: Observation, new: New, key: Constraint) -> Finding:
    table = table_of(new.item.key)
    referenced = Key("table", key.referenced_schema, key.referenced).path
    columns = listed(list(key.columns))
    found = rule("design", "unindexed-foreign-key").finding(
        f"The foreign key {new.item.key.name} of {table} ({columns}) has no index that begins with its "
        f"{'column' if len(key.columns) == 1 else 'columns'}: each DELETE and each change of the key in "
        f"{referenced} reads {table} from end to end.",
        _advice(new.item.key, key, busy=is_busy(observation, new.item.key)),
        **observation.at(new.traced),
    )
    small = observation.is_small(Relation(table, "table", preexisting=True))
    return replace(found, severity=Severity.NOTE) if small else found


def _advice(item: Key, key: Constraint, *, busy: bool) -> str:
    name = suggested("ix", item.parent, key.columns)
    arguments = f"{code(name)}, {code(item.parent)}, {codes(key.columns)}{schema_code(item)}"
    if not busy:
        return f"op.create_index({arguments})"
    return (
        "In a revision of its own, before this one:\n"
        "with op.get_context().autocommit_block():\n"
        f"    {drop_index(name, item.parent, item.schema)}\n"
        f"    op.create_index({arguments}, postgresql_concurrently=True)"
    )


def _indexed(after: Catalog, item: Key, key: Constraint) -> bool:
    return any(_serves(each.parts, key) for each in indexes_of(after, item) if each.usable)


def _serves(index: Index, key: Constraint) -> bool:
    leading = index.columns[: len(key.columns)]
    conditions = {f"({column} IS NOT NULL)" for column in key.columns}
    whole = not index.where or index.where.replace('"', "") in conditions
    return index.method in _EQUALITY and set(leading) == set(key.columns) and whole
