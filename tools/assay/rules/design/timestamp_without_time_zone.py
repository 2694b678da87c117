"""A new column of type timestamp without time zone.

## What it does

Finds new columns (and columns given a new type) of `timestamp without time zone`, which is what
`sa.DateTime()` and plain `TIMESTAMP` mean.

## Why is this bad?

It stores what a clock on a wall showed, not when it was: which zone it hung in is known to nobody. Two
servers or two sessions with different time zones write different values for the same moment, and comparing
with `now()` converts silently by the session's zone. `timestamptz` takes the same 8 bytes and means a
moment. Changing later rewrites the table.

## Example

```python
sa.Column("created_at", sa.DateTime(), nullable=False, server_default=sa.func.now())
```

## Use instead

```python
sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
```

A time that is meant to be a local one (an opening hour, an appointment with its zone beside it) is a case
for a waiver.

## References

- [PostgreSQL wiki: do not use timestamp without time zone](https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Object
from assay.model import Finding, Severity
from assay.rules.design._new import base_type, column_findings
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table."""
    return column_findings(
        observation,
        "timestamp-without-time-zone",
        lambda column: base_type(column).startswith("timestamp") and not _has_zone(column),
        lambda names: (
            f"{names}: timestamp without time zone stores what a clock showed and not in which zone, "
            "so it is no moment."
        ),
        "sa.DateTime(timezone=True)",
    )


def _has_zone(column: Object) -> bool:
    return base_type(column).endswith("with time zone")
