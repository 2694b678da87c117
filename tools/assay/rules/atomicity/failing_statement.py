"""PostgreSQL refuses a statement, whatever the data.

## What it does

Runs the revision on a scratch server and reports the statement that fails there, with PostgreSQL's own
error at its line. What fails only for the rows that are there (a duplicate, a NULL, a value out of range)
is told apart: the revision is then run again on empty tables, and `assay preflight` asks the real data.

## Why is this bad?

`alembic upgrade` fails at the same statement. In a deployment that is the moment when the new release waits
for its schema.

Where the scratch server lacks an extension that production has, the revision may be right; it is a warning,
and nothing after it is proven. Roles that no revision makes (`GRANT … TO readonly`) are made on the scratch
server for the trace, and a note names them.

## Example

```python
def upgrade() -> None:
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"], postgresql_concurrently=True)
```

PostgreSQL: `CREATE INDEX CONCURRENTLY cannot run inside a transaction block` (25001).

## Use instead

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_placed_at", "orders", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_orders_placed_at", "orders", ["placed_at"], postgresql_concurrently=True)
```

## References

- [PostgreSQL: error codes](https://www.postgresql.org/docs/current/errcodes-appendix.html)
- [Alembic: autocommit_block](https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration.MigrationContext.autocommit_block)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.atomicity._remedies import (
    CONVENTION,
    UNDEFINED_OBJECT,
    Failed,
    is_missing_extension,
    is_missing_role,
    remedy,
)
from assay.rules.availability._concurrent import refused_concurrently
from assay.rules.data._words import stopped
from assay.trace import Observation, SqlError

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """The statement that stopped the upgrade, if one did."""
    upgrade = observation.trip.upgrade
    if upgrade.error is None or not upgrade.traced:
        return
    traced = upgrade.traced[-1]
    error = traced.effect.error
    if error is None or traced.effect.foreign or refused_concurrently(traced):
        return
    finding = rule("atomicity", "failing-statement").finding(
        _message(error), remedy(Failed(observation, traced, error)), **observation.at(traced)
    )
    if observation.stood_in and error.sqlstate == UNDEFINED_OBJECT:
        yield replace(finding, severity=Severity.NOTE, advice=CONVENTION)
    elif is_missing_extension(error) or is_missing_role(error):
        yield replace(finding, severity=Severity.WARNING)
    elif error.data_dependent and upgrade.seeds != "none":
        yield _told_apart(finding, error)
    else:
        yield finding


def _message(error: SqlError) -> str:
    code = f" ({error.sqlstate})" if error.sqlstate else ""
    more = error.detail.splitlines()[0] if error.detail and not error.data_dependent else ""
    detail = f" {more[0].upper()}{more[1:].rstrip('.')}." if more else ""
    return f"PostgreSQL refuses this statement{code}: {stopped(error.message)}{detail}"


def _told_apart(finding: Finding, error: SqlError) -> Finding:
    """It failed on rows, and what was committed before it kept it from being tried without."""
    return replace(
        finding,
        severity=Severity.WARNING,
        message=f"PostgreSQL refuses this statement on synthetic rows ({error.sqlstate}): "
        f"{stopped(error.message)} "
        "What the revision had committed before kept it from being run again without them.",
    )
