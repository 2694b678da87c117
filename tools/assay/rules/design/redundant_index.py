"""A new index serves nothing that another one does not serve already.

## What it does

Finds indexes that a revision makes and that repeat another index of the same table: the same columns in the
same order, or the beginning of a longer B-tree index, with the same predicate. The index behind a primary
key or a unique constraint counts as the other one. A unique index is redundant only beside one that is
unique in the same way. An index that a new one makes redundant is not told: dropping it is the next
revision's work.

## Why is this bad?

Each index is written by each INSERT and by nearly each UPDATE, takes disk and memory, and is vacuumed. A
redundant one gives nothing for that. `primary_key=True, index=True` on a column makes one every time.

## Example

```python
op.create_table(
    "shipments",
    sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_shipments"),
)
op.create_index("ix_shipments_id", "shipments", ["id"])
```

## Use instead

Leave the index out; the one behind `pk_shipments` finds rows by `id`.

## References

- [PostgreSQL: multicolumn indexes](https://www.postgresql.org/docs/current/indexes-multicolumn.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.design._indexes import TableIndex, indexes_of
from assay.rules.design._new import added, code, table_of
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """Every new index that another one makes redundant; of two new equals the later one."""
    after = observation.trip.upgrade.after
    told = set()
    for new in added(observation, "index", "constraint"):
        assert after is not None
        all_of_table = list(indexes_of(after, new.item.key))
        own = next((each for each in all_of_table if each.item.key == new.item.key), None)
        if own is None or own.item.get("partition_of"):
            continue
        others = [o for o in all_of_table if o.item.key != own.item.key and o.item.key not in told]
        better = next((other for other in others if other.usable and _replaces(other, own)), None)
        if better is not None and not _earlier(own, better, observation):
            told.add(own.item.key)
            yield rule("design", "redundant-index").finding(
                _fact(own, better), _advice(own), **observation.at(new.traced)
            )


def _replaces(other: TableIndex, own: TableIndex) -> bool:
    a, b = other.parts, own.parts
    if a.method != b.method or a.where != b.where or not set(b.included) <= {*a.parts, *a.included}:
        return False
    if own.unique:
        alike = a.nulls_not_distinct == b.nulls_not_distinct
        return other.unique and alike and a.parts == b.parts and not other.item.get("deferrable")
    return a.parts == b.parts or (a.method == "btree" and a.parts[: len(b.parts)] == b.parts)


def _earlier(own: TableIndex, other: TableIndex, observation: Observation) -> bool:
    """Whether `other` is this one's equal and comes later in the same revision: then that one is told."""
    order = [new.item.key for new in added(observation, "index", "constraint")]
    same = own.parts == other.parts and own.unique == other.unique
    return same and other.item.key in order and order.index(other.item.key) > order.index(own.item.key)


def _fact(own: TableIndex, other: TableIndex) -> str:
    key = own.item.key
    columns = ", ".join(own.parts.parts)
    relation = "is the same as" if own.parts.parts == other.parts.parts else "is the beginning of"
    return (
        f"The index {key.name} of {table_of(key)} ({columns}) {relation} {other.item.key.name} "
        f"({', '.join(other.parts.parts)}), which serves the same queries: every write keeps both up to date."
    )


def _advice(own: TableIndex) -> str:
    key = own.item.key
    if key.kind == "constraint":
        return f"Leave the constraint {key.name} out; the other one holds already."
    return f"Leave op.create_index({code(key.name)}, …) out, and index=True where the model says it."
