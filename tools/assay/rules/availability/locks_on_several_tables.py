"""A transaction waits for the lock of one table while it keeps the readers of another out.

## What it does

Finds statements that take a lock which blocks at least the writes of a table in use, in a transaction in
which an earlier statement took ACCESS EXCLUSIVE on another table in use. Partitions and the table they
belong to count as one.

## Why is this bad?

Each lock alone lasts a moment. But a lock is not always to be had: behind a long query on the second table
the statement waits, and all the while nobody can read the first one. Two such transactions that take the
locks in another order stop each other for good (a deadlock, 40P01). `lock_timeout` bounds the wait; the
revision then has to be run again.

What works for long under its lock is told by the other rules of this group, and not again by this one. It
is a warning: with `lock_timeout` set nothing breaks.

## Example

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("source", sa.Text()))
    op.add_column("customers", sa.Column("source", sa.Text()))
```

## Use instead

A revision for each table,

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("source", sa.Text()))
```

or each statement in a transaction of its own, written so that the revision can be run again:

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        op.execute("ALTER TABLE orders ADD COLUMN IF NOT EXISTS source text")
        op.execute("ALTER TABLE customers ADD COLUMN IF NOT EXISTS source text")
        op.execute("RESET lock_timeout")
```

## References

- [PostgreSQL: deadlocks](https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS)
- [PostgreSQL: lock_timeout](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._alone import alone
from assay.rules.availability._built import builds
from assay.rules.availability._scanned import scans
from assay.rules.availability._work import Held, held, root
from assay.rules.data._words import listed
from assay.trace import BLOCKS_READS, Observation, Traced

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement that waits for another table; the first one of each table."""
    waited: set[tuple[int, str]] = set()
    for traced in observation.upgrade:
        new, kept = _locks(observation, traced)
        others = {name: lock for name, lock in kept.items() if name not in new}
        fresh = [name for name in new if name not in kept and (traced.transaction, name) not in waited]
        waited |= {(traced.transaction, name) for name in fresh}
        if not others or not fresh or _works(observation, traced):
            continue
        waits = listed(f"{new[name].said} on {name}" for name in fresh)
        holds = listed(f"{name} (since line {lock.taken_by.statement.line})" for name, lock in others.items())
        yield rule("availability", "locks-on-several-tables").finding(
            f"Waits for {waits} while the transaction holds ACCESS EXCLUSIVE on {holds}: behind a long query "
            f"on {listed(fresh)}, reads and writes of {listed(others)} wait as well.",
            alone(observation, traced, f"Put what concerns {listed(fresh)} into a revision of its own"),
            **observation.at(traced),
        )


def _locks(observation: Observation, traced: Traced) -> tuple[dict[str, Held], dict[str, Held]]:
    """By table (partitions counted with theirs): what the statement takes, and what keeps readers out."""
    new, kept = {}, {}
    for name, lock in held(observation, traced).items():
        top = root(observation, name)
        if lock.taken_by is traced:
            new[top] = lock
        elif lock.lock.mode in BLOCKS_READS:
            kept[top] = lock
    return new, kept


def _works(observation: Observation, traced: Traced) -> bool:
    """Whether it blocks for long by itself: other rules tell that, and moving it away mends both."""
    effect = traced.effect
    return bool(effect.rewrites or [*builds(observation, traced), *scans(observation, traced)])
