"""The revision opens a database connection of its own.

## What it does

Reports a revision that, while it was rendered or run, tried to connect to a database other than through
`op`: the application's engine or session, a driver's `connect()`, `psql` in a subprocess. The connection was
refused before it was made; only an SQLAlchemy engine is led to the scratch database, while a revision is
traced. So is one of `env.py` told that keeps it from running on the scratch server: a driver's
own `connect()`, an engine of another database system.

PostgreSQL itself connects too: by postgres_fdw, dblink, a subscription, or a program that `COPY` starts. The
scratch server is kept from connecting to anything, and the statement is told here, as not proven.

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
from assay.trace import Observation, Refused, Tracing

severity = Severity.ERROR


def check(observed: Rendering | Tracing | Observation) -> Iterator[Finding]:
    """Every refused connection that started in a revision, or in env.py where that ran none."""
    if isinstance(observed, Tracing):
        yield from map(_told, observed.refused)
        return
    if isinstance(observed, Observation):
        yield from _dialled_out(observed)
        return
    for rendered in observed.rendered.values():
        for by, line in rendered.refused:
            revision = rendered.revision
            yield _told(Refused(by, revision.path, line, revision.id, rendered.direction))


def _dialled_out(observation: Observation) -> Iterator[Finding]:
    """The statement by which PostgreSQL itself tried to connect; it stopped the step."""
    trip = observation.trip
    for traced in (each for step in (trip.upgrade, trip.downgrade) if step for each in step.traced):
        effect = traced.effect
        if effect.foreign and effect.error is not None:
            yield rule("craft", "foreign-connection").finding(
                f"This statement {effect.foreign}. A scratch server connects to nothing, so it was "
                f"refused ({effect.error.message}). What it does, and what comes after it, is not proven.",
                "Leave it to a job of its own, outside the migrations; what only defines (CREATE SERVER, "
                "CREATE FOREIGN TABLE, CREATE SUBSCRIPTION … WITH (connect = false)) runs, and is proven.",
                **observation.at(traced),
            )


def _told(refused: Refused) -> Finding:
    if refused.revision is None:
        message = f"env.py opens a connection by {refused.by} for migrations; it was refused."
        advice = (
            "Give Alembic an SQLAlchemy engine for PostgreSQL, and open no other connection in env.py: "
            "Assay leads every such engine to its scratch server."
        )
    else:
        message = (
            f"{refused.direction}() opens its own connection ({refused.by}). That is refused; only an "
            "SQLAlchemy engine is led to the scratch database, while the revision is traced."
        )
        advice = "Use op.execute(), which runs on Alembic's connection and can be reviewed."
    return rule("craft", "foreign-connection").finding(
        message, advice, revision=refused.revision, path=refused.path, line=refused.line
    )
