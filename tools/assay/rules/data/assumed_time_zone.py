"""The values of timestamps become moments by whatever TimeZone the session has.

## What it does

Reports a column of an existing table that becomes `timestamptz` from `timestamp` or `date` by a statement
that names no time zone (no `AT TIME ZONE` in its USING), in a revision that sets no `TimeZone` before.

## Why is this bad?

PostgreSQL takes each value for the local time of the session: of the server's, the role's or the client's
`TimeZone`, which is another on each machine. Where that is not the zone that the values were written in, all
of them are wrong by hours, and nothing fails. It also decides about the lock: only while TimeZone is UTC is
there no rewrite. The scratch server runs in UTC, so what it shows holds for that alone.

## Example

```python
def upgrade() -> None:
    op.alter_column("customers", "last_seen", type_=sa.DateTime(timezone=True))
```

## Use instead

Say it. In UTC nothing is written anew:

```python
def upgrade() -> None:
    op.execute("SET LOCAL TimeZone = 'UTC'")
    op.alter_column("customers", "last_seen", type_=sa.DateTime(timezone=True))
```

Values of another zone: `postgresql_using="last_seen AT TIME ZONE 'Europe/Vienna'"`, which writes the table
anew; for a large one, a second column that is filled in batches.

## References

- [PostgreSQL: date/time types, time stamps](https://www.postgresql.org/docs/current/datatype-datetime.html)
- [PostgreSQL: ALTER TABLE, notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._retyped import retyped
from assay.rules.data._types import shape
from assay.rules.data._words import execute, sized_column
from assay.trace import Observation, Traced

severity = Severity.NOTE

_LOCAL = ("timestamp without time zone", "date")
_STATED = re.compile(r"\bAT\s+TIME\s+ZONE\b|\bmake_timestamptz\b", re.IGNORECASE)
_SET = re.compile(
    r"\bSET\s+(?:LOCAL\s+|SESSION\s+)?TIME\s*ZONE\b|\bset_config\s*\(\s*'timezone'", re.IGNORECASE
)


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each column."""
    for change in retyped(observation):
        old, new = shape(change.before), shape(change.after)
        if old.name not in _LOCAL or new.name != "timestamp with time zone" or old.array != new.array:
            continue
        if _is_stated(observation, change.traced):
            continue
        yield rule("data", "assumed-time-zone").finding(
            f"Takes each value of {sized_column(observation, change.table.path, change.name)} for local time "
            "in the session's TimeZone, which no statement sets: in another one, the moments are other ones, "
            "and the table is written anew under ACCESS EXCLUSIVE. The scratch server runs in UTC.",
            "Say in which zone the values were written, if that is UTC so:\n\n"
            + execute("SET LOCAL TimeZone = 'UTC'"),
            **observation.at(change.traced),
        )


def _is_stated(observation: Observation, traced: Traced) -> bool:
    """Whether the statement names a time zone, or one before it sets it."""
    if _STATED.search(traced.statement.sql):
        return True
    earlier = observation.upgrade[: observation.upgrade.index(traced) + 1]
    return any(_SET.search(each.statement.sql) for each in earlier)
