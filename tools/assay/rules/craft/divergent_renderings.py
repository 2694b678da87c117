"""The SQL that is reviewed is not the SQL that runs.

## What it does

Compares what a revision emits offline (`alembic upgrade --sql`, which reviewers read and plans are made
from) with what it emits with a connection, statement by statement. White space, comments, literals against
bound values and casts of them do not count, nor do several rows in one INSERT or in many.

## Why is this bad?

Somebody approves one change and another one happens. It comes from revisions that ask whether they are
offline, whether a table or type is there, or what an environment variable says, and from `checkfirst`,
which asks the database only where there is one.

## Example

```python
def upgrade() -> None:
    if not context.is_offline_mode():
        op.execute("UPDATE orders SET note = '' WHERE note IS NULL")
    op.create_index("ix_orders_note", "orders", ["note"])
```

## Use instead

The same statements either way; what depends on the database is asked in SQL:

```python
def upgrade() -> None:
    op.execute("UPDATE orders SET note = '' WHERE note IS NULL")
    op.create_index("ix_orders_note", "orders", ["note"], if_not_exists=True)
```

## References

- [Alembic: generating SQL scripts (offline mode)](https://alembic.sqlalchemy.org/en/latest/offline.html)

"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity, Statement
from assay.rules import rule
from assay.rules.craft._shapes import Shaped, first_difference, shaped
from assay.trace import Observation, Step

severity = Severity.ERROR

_SHOWN = 90
"""Characters of a statement that a message quotes."""


def check(observation: Observation) -> Iterator[Finding]:
    """One finding a direction, at the first statement that differs."""
    trip, offline = observation.trip, observation.offline
    for step in (trip.upgrade, trip.downgrade):
        if offline is not None and step is not None and step.error is None:
            yield from _compare(observation, step, offline)


def _compare(observation: Observation, step: Step, offline: tuple[Statement, ...]) -> Iterator[Finding]:
    read = shaped(statement for statement in offline if statement.direction == step.direction)
    ran = shaped(traced.statement for traced in step.traced)
    if not read and step.direction == "downgrade":
        return  # one that raises on purpose offline, and whatever it does online
    difference = first_difference(read, ran)
    if difference is None:
        return
    reviewed, happened = difference
    where = happened or reviewed
    assert where is not None
    yield rule("craft", "divergent-renderings").finding(
        f"{step.direction}() emits other SQL with a connection than offline: {_told(reviewed, happened)}.",
        "Emit the same statements either way: no context.is_offline_mode(), no question to the connection, "
        "no checkfirst; let SQL ask (IF NOT EXISTS, IF EXISTS, a DO block).",
        **{**observation.top(), "line": where.statement.line},
    )


def _told(reviewed: Shaped | None, happened: Shaped | None) -> str:
    if happened is None:
        return f"offline has {_quoted(reviewed)}, which does not run"
    if reviewed is None:
        return f"{_quoted(happened)} runs, which offline does not have"
    return f"offline has {_quoted(reviewed)} where {_quoted(happened)} runs"


def _quoted(shape: Shaped | None) -> str:
    text = " ".join(shape.statement.sql.split()) if shape else ""
    return f"`{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}`"
