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
from assay.trace import Observation, Step

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """Every upgrade that stopped by an exception of its own, the first time or the second.

    One that fails offline just so is told by `failing-revision` or `overlong-identifier`, a downgrade by the
    rules about reversal.
    """
    if observation.failed_offline or observation.trip.upgrade.error_kind == "IdentifierError":
        return
    for step in (observation.trip.upgrade, observation.trip.again):
        if step is not None and step.error is not None and not _failed_in_sql(step):
            yield rule("atomicity", "failing-run").finding(
                f"upgrade() raises {step.error}",
                "`alembic upgrade` fails here too; mend this line.",
                revision=step.revision.id,
                path=step.revision.path,
                line=step.error_line or step.revision.line,
            )
            return


def _failed_in_sql(step: Step) -> bool:
    return bool(step.traced) and step.traced[-1].effect.error is not None
