"""A strong lock is held on while a later statement works.

## What it does

Finds statements that read a table in use from end to end, write all of its rows, build an index or write a
table anew while their transaction holds, from an earlier statement, a lock that blocks at least the writes
of some table in use. The classics: ADD CONSTRAINT … NOT VALID and VALIDATE CONSTRAINT in one revision; ADD
COLUMN and the UPDATE that fills it; a data step behind any ALTER TABLE.

## Why is this bad?

PostgreSQL keeps every lock until the transaction ends. What ALTER TABLE needs for a millisecond it then holds
for as long as the UPDATE runs, and all users of the table wait. The care that a NOT VALID takes is lost when
the VALIDATE that follows it runs under its lock.

Work that touches only new tables, or single rows through an index, is no finding; work on a table that
`stats.json` says is small is a note. What a statement does under its own lock is told by `blocking-scan`,
`blocking-index-build`, `blocking-refresh` and `table-rewrite`, and not again by this rule; but for a block
(DO, a function called) that takes a lock for one thing and writes all rows of a table for another.

## Example

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("source", sa.Text()))
    op.execute("UPDATE orders SET source = 'web'")
```

## Use instead

One revision for what needs the lock,

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("source", sa.Text()))
```

and another one, which begins a transaction of its own, for the work:

```python
def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_total")
```

(env.py has to configure `transaction_per_migration=True`, or every revision of a run shares a transaction.)

## References

- [PostgreSQL: explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html)
- [Alembic: transaction_per_migration](https://alembic.sqlalchemy.org/en/latest/api/runtime.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._alone import alone
from assay.rules.availability._built import builds
from assay.rules.availability._scanned import fails_on_rows, program, scans
from assay.rules.availability._work import Held, held, judged, lasting, root, sized
from assay.rules.data._whole import Verb, whole_writes
from assay.rules.data._words import listed
from assay.stats import Work
from assay.trace import Observation, Traced

severity = Severity.ERROR

_VERBS: tuple[Verb, ...] = ("update", "delete")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement that works; it names the locks that are held meanwhile."""
    for traced in observation.upgrade:
        work, locks = _work(observation, traced), _locks(observation, traced)
        if work is None or not locks:
            continue
        table, kind, said = work
        finding = rule("availability", "lock-held-over-work").finding(
            f"{said} {sized(observation, table)}{lasting(observation, table, kind)}, "
            f"{_while(traced, locks)}: {_stops(locks)} of {_tables(locks)} wait until it ends.",
            _advice(observation, traced),
            **observation.at(traced),
        )
        yield judged(finding, observation, table)


def _locks(observation: Observation, traced: Traced) -> list[Held]:
    """The locks that are held while the statement works, in the order in which they were taken; its own only
    where it is a block that does several things."""
    told = set() if program(traced) else _told(observation, traced)
    found = [
        lock
        for name, lock in held(observation, traced).items()
        if (lock.taken_by is not traced or program(traced))
        and name not in told
        and root(observation, name) not in told
    ]
    tops = [lock for lock in found if root(observation, lock.relation.name) == lock.relation.name] or found
    return sorted(tops, key=lambda lock: lock.taken_by.statement.line)


def _work(observation: Observation, traced: Traced) -> tuple[str, Work, str] | None:
    """The largest piece of work on a table in use: its table, its kind, and how a message begins."""
    effect = traced.effect
    pieces: list[tuple[str, Work, str]] = [(r.name, "rewrite", "Rewrites") for r in effect.rewrites if r.busy]
    pieces += [
        (r.table, "index build", "Builds an index on") for r in effect.index_builds if r.busy and r.table
    ]
    pieces += [
        (w.relation.name, "rewrite", "Writes all of") for w in effect.written if w.whole and w.relation.busy
    ]
    pieces += [
        (r.name, "scan", "Reads all of") for r in effect.scans if r.busy and not fails_on_rows(traced, r.name)
    ]

    def size(piece: tuple[str, Work, str]) -> float:
        rows = None if observation.stats is None else observation.stats.rows(piece[0])
        return float("inf") if rows is None else rows

    return max(pieces, key=size, default=None)


def _told(observation: Observation, traced: Traced) -> set[str]:
    """The tables of which other rules tell at this statement that they are blocked."""
    told = {relation.name for relation in traced.effect.rewrites}
    told |= {root(observation, table) for build in builds(observation, traced) for table in build.tables}
    for scan in scans(observation, traced):
        told |= {scan.table, *scan.referenced}
    return told


def _while(traced: Traced, locks: list[Held]) -> str:
    if all(lock.taken_by is traced for lock in locks):
        taken = listed(f"{lock.said} on {lock.relation.name}" for lock in locks)
        return f"in one block with what takes {taken}, and from then on"
    return f"while the transaction holds {listed(map(_said, locks))}"


def _said(lock: Held) -> str:
    return f"{lock.said} on {lock.relation.name} (since line {lock.taken_by.statement.line})"


def _stops(locks: list[Held]) -> str:
    return max((lock.stops for lock in locks), key=len)


def _tables(locks: list[Held]) -> str:
    return listed(lock.relation.name for lock in locks)


def _advice(observation: Observation, traced: Traced) -> str:
    if program(traced):
        steps = [
            write.advice(observation)
            for verb in _VERBS
            for write in whole_writes(observation, verb)
            if write.traced is traced
        ]
        return (
            "Take the block apart: what needs the lock in this revision, and what writes the rows in one of "
            "its own, batch by batch:\n\n" + "\n".join(steps)
        )
    if traced.effect.written:
        start = (
            "Let this revision end before the data step, and put that into one of its own, best in batches"
        )
        return alone(observation, traced, start)
    return alone(observation, traced, "Put this statement into a revision of its own")
