"""The revision opens a database connection of its own.

## What it does

Reports a revision that, while it was rendered offline, tried to connect to a database other than through
`op`: the application's engine or session, a driver's `connect()`, `psql` in a subprocess. Offline the
connection was refused before it was made; while a revision is traced, an engine is led to the scratch
database.

## Why is this bad?

What runs over that connection is in no transaction of Alembic's, in no rendered SQL and in no review. Even
`alembic upgrade --sql`, which is meant to touch nothing, runs it on the configured database. Two of 37 public
projects do this.

## Example

```python
from app.db import session

def upgrade() -> None:
    session.execute("UPDATE companies SET fund = 'I' WHERE fund IS NULL")
```

## Use instead

```python
def upgrade() -> None:
    op.execute("UPDATE companies SET fund = 'I' WHERE fund IS NULL")
```

## References

- [Alembic: `op.execute`](https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.execute)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.render import Rendering
from assay.rules import rule

severity = Severity.ERROR


def check(rendering: Rendering) -> Iterator[Finding]:
    """Every refused connection that started in a revision."""
    for rendered in rendering.rendered.values():
        for by, line in rendered.refused:
            yield rule("craft", "foreign-connection").finding(
                f"{rendered.direction}() opens its own connection ({by}). Rendering it offline refused "
                "that; tracing it leads an engine to the scratch database, and refuses what is none.",
                "Use op.execute(), which runs on Alembic's connection and can be reviewed.",
                revision=rendered.revision.id,
                path=rendered.revision.path,
                line=line,
            )
