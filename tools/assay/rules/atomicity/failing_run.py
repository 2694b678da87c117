"""The revision raises an error when it runs on a database.

## What it does

Reports a revision whose Python code raised while it ran on the scratch server, other than by an error of
PostgreSQL's, although it may well have rendered offline.

## Why is this bad?

`alembic upgrade` will fail at the same line.

## Example

```python
def upgrade() -> None:
    row = op.get_bind().execute(sa.text("SELECT id FROM companies WHERE name = 'ACME'")).one()
    op.execute(f"UPDATE metrics_input SET company_id = '{row.id}'")  # NoResultFound on any other database
```

## Use instead

```python
def upgrade() -> None:
    op.execute(
        "UPDATE metrics_input SET company_id = companies.id FROM companies WHERE companies.name = 'ACME'"
    )
```

## References

- [Alembic: operation reference](https://alembic.sqlalchemy.org/en/latest/ops.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.trace import Observation

severity = Severity.ERROR

_TOLD_ELSEWHERE = (
    "IdentifierError",
    "ForeignConnectionError",
    "ForeignSocketError",
    "PersistentConnectionError",
)
"""Names of exceptions: SQLAlchemy's, and those of `assay.render`'s guard."""


def check(observation: Observation) -> Iterator[Finding]:
    """An upgrade that stopped by an exception of its own.

    One that fails offline just so is told by `failing-revision` or `overlong-identifier`, a refused
    connection by `foreign-connection`; a downgrade, and a second upgrade, by the rules about reversal.
    """
    step = observation.trip.upgrade
    if step.error is None or observation.failed_offline or step.error_kind in _TOLD_ELSEWHERE:
        return
    if not step.traced or step.traced[-1].effect.error is None:
        yield rule("atomicity", "failing-run").finding(
            f"upgrade() raises {step.error}",
            "`alembic upgrade` fails here too; mend this line.",
            revision=step.revision.id,
            path=step.revision.path,
            line=step.error_line or step.revision.line,
        )
