"""A revision of several steps that are committed one by one cannot be run again when one of them fails.

## What it does

Finds revisions with several statements outside a transaction of which one that comes before the last fails,
or does its work twice, when it runs a second time: CREATE or ADD without IF NOT EXISTS, DROP without IF
EXISTS, INSERT without ON CONFLICT. A statement after a `DROP … IF EXISTS` of what it makes counts as
repeatable.

## Why is this bad?

Each statement is committed at once. When a later one fails, the version is still the old one, and the next
`alembic upgrade` begins at the top: with what is there already. Somebody has to clear up by hand, on
production.

## Example

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_placed_at", "orders", ["placed_at"], postgresql_concurrently=True)
        op.create_index("ix_orders_coupon", "orders", ["coupon"], postgresql_concurrently=True)
```

## Use instead

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_placed_at", "orders", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_orders_placed_at", "orders", ["placed_at"], postgresql_concurrently=True)
        op.drop_index("ix_orders_coupon", "orders", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_orders_coupon", "orders", ["coupon"], postgresql_concurrently=True)
```

or a revision for each statement. Why not IF NOT EXISTS for an index: it takes an invalid one for a good one.

## References

- [Alembic: autocommit_block](https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration.MigrationContext.autocommit_block)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.atomicity._repeat import is_mixed, repeatable_form, unrepeatable
from assay.rules.atomicity._source import code_of, in_block
from assay.rules.availability._code import concurrent_index
from assay.rules.data._words import execute
from assay.trace import Observation, Traced

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement that would stop the second run."""
    if is_mixed(observation):
        return
    for traced in unrepeatable(observation):
        yield rule("atomicity", "unrepeatable-revision").finding(
            "This is committed at once and cannot be run again: if a later statement of the revision fails, "
            "the next `alembic upgrade` stops here.",
            _advice(observation, traced),
            **observation.at(traced),
        )


def _advice(observation: Observation, traced: Traced) -> str:
    for change in traced.effect.changes:
        if change.key.kind == "index" and change.before is None and change.after is not None:
            return concurrent_index(change.after)
    form = repeatable_form(traced.statement.sql)
    if form is not None:
        return in_block(execute(form))
    return "Put it into a revision of its own:\n\n" + in_block(code_of(observation, [traced]))
