"""A revision that does too much at once.

## What it does

Finds new revisions with more statements, or with more tables in use that they change, than governance.yaml
allows (`limits.statements`, `limits.tables`). Rows written into tables that the revision itself makes do
not count, and the first revision of a history may be as large as its schema.

## Why is this bad?

Nobody reviews two hundred statements. In one transaction each table's lock is held until the last statement
ends, and where it fails everything starts again; with a few tables at a time each step is short, can be
told from the others in a log, and can be taken back alone.

## Example

```python
for table in TWENTY_TABLES:
    op.add_column(table, sa.Column("tenant_id", sa.BigInteger()))
```

## Use instead

Several revisions, each about one thing: `alembic revision -m "add tenant_id to billing"`, and so on.

## References

- [Alembic: create a migration script](https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script)

"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.trace import BLOCKS_WRITES, Observation, Traced

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for what is over either limit."""
    if not observation.revision.new or not observation.revision.down_revisions:
        return
    limits = observation.limits
    statements = sum(not _fills_new_table(traced) for traced in observation.upgrade)
    tables = _tables(observation)
    facts = []
    if statements > limits.statements:
        facts.append(f"emits {statements} statements (limits.statements: {limits.statements})")
    if len(tables) > limits.tables:
        facts.append(f"changes {len(tables)} tables in use (limits.tables: {limits.tables})")
    if facts:
        yield rule("craft", "oversized-revision").finding(
            f"The revision {' and '.join(facts)}: more than a person reviews, and each lock is held until "
            "the end of its transaction.",
            "Make several revisions of it, each about one thing, or raise the limit in governance.yaml.",
            **observation.top(),
        )


def _fills_new_table(traced: Traced) -> bool:
    written = traced.effect.written
    return bool(written) and not traced.effect.changes and not any(w.relation.busy for w in written)


def _tables(observation: Observation) -> set[str]:
    """Tables in use that were written to, or locked against writers."""
    effects = [traced.effect for traced in observation.upgrade]
    locked = {
        lock.relation.table or lock.relation.name
        for effect in effects
        for lock in effect.locks
        if lock.relation.busy and lock.mode in BLOCKS_WRITES
    }
    return locked | {w.relation.name for effect in effects for w in effect.written if w.relation.busy}
