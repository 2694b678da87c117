"""A revision does some of its work in the transaction and some outside it.

## What it does

Finds revisions that change the schema or rows both in the revision's transaction and in an
`autocommit_block()` (or after a COMMIT of their own), where what is committed first cannot simply be run
again.

## Why is this bad?

The block commits whatever stands before it. If something after that fails (a concurrent build meets a
duplicate, a lock is not to be had), the first half stays done while the version is still the old one: the
next `alembic upgrade` begins the revision from the top and dies of its own first half (42701, 42P07,
"already exists").

It is a **warning** where the first half can be run again but takes long (REINDEX, CLUSTER, VACUUM FULL): a
second run does all of that work, and holds all of its locks, once more.

What is no finding: a first half that may run twice, such as `ALTER TYPE … ADD VALUE IF NOT EXISTS` before the
statements that use the value.

## Example

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("source", sa.Text()))
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_source", "orders", ["source"], postgresql_concurrently=True)
```

## Use instead

Two revisions, each of which is done or not done:

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("source", sa.Text()))
```

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_source", "orders", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_orders_source", "orders", ["source"], postgresql_concurrently=True)
```

## References

- [Alembic: autocommit_block](https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration.MigrationContext.autocommit_block)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from msgspec.structs import replace

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.atomicity._repeat import (
    changes,
    committed_early,
    is_mixed,
    labours_again,
    part_of,
    unrepeatable,
)
from assay.rules.atomicity._source import code_of, drops_first, in_block
from assay.rules.data._words import numbered, shortened
from assay.trace import Observation, Traced

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding, at the first statement that stays done and cannot be run again, or not for nothing."""
    if not is_mixed(observation):
        return
    stuck = unrepeatable(observation)
    again = [traced for traced in committed_early(observation) if labours_again(traced)]
    if not stuck and not again:
        return
    first = stuck[0] if stuck else again[0]
    later = _next(observation, first)
    where = _where(first, later)
    then = "running it again stops here" if stuck else "running it again does all of this work again"
    finding = rule("atomicity", "mixed-transactions").finding(
        f"This is committed before {_said(first, later)} begins {where}: if that fails, the revision "
        f"is half done, and {then}.",
        "Several revisions, each of which is done or not done:\n\n" + numbered(_steps(observation)),
        **observation.at(first),
    )
    yield finding if stuck else replace(finding, severity=Severity.WARNING)


def _where(first: Traced, later: Traced) -> str:
    if not first.statement.in_transaction:
        return "in the revision's transaction"
    return "in another transaction" if later.statement.in_transaction else "outside the transaction"


def _said(first: Traced, later: Traced) -> str:
    line = later.statement.line
    return f"line {line}" if line != first.statement.line else f"`{shortened(later.statement.sql)}`"


def _next(observation: Observation, first: Traced) -> Traced:
    """The statement that begins when `first` is committed: of the other sort, if there is one after it."""
    rest = list(observation.upgrade[observation.upgrade.index(first) + 1 :])
    rest = [traced for traced in rest if traced.transaction != first.transaction]
    rest = [traced for traced in rest if changes(traced) or traced.effect.error] or rest
    other = (t for t in rest if t.statement.in_transaction != first.statement.in_transaction)
    return next(other, rest[0])


def _steps(observation: Observation) -> Iterator[tuple[str, str]]:
    """The statements by what they run in, in order, as revisions."""
    done = [traced for traced in observation.upgrade if changes(traced) or traced.effect.error]
    for n, (transaction, statements) in enumerate(groupby(done, part_of)):
        part = list(statements)
        body = "\n".join((*drops_first(observation, part), code_of(observation, part)))
        yield ("this revision" if n == 0 else "the next one"), in_block(body) if transaction is None else body
