"""A view that the running release may read loses a column.

## What it does

Compares the columns of each existing view and materialized view before and after the revision: a view that
is dropped and made again without one of its columns is found, at the statement that makes it.

## Why is this bad?

Every query of the running release that names the column fails from the commit on (42703, undefined_column).

## Example

```python
def upgrade() -> None:
    op.execute("DROP VIEW active_customers")
    op.execute("CREATE VIEW active_customers AS SELECT id, email FROM customers WHERE status = 'active'")
```

## Use instead

Add to a view, and take away from it only when no running release reads the column. Until then the new shape
can have a name of its own:

```python
def upgrade() -> None:
    op.execute("CREATE VIEW active_emails AS SELECT id, email FROM customers WHERE status = 'active'")
```

## References

- [PostgreSQL: CREATE VIEW](https://www.postgresql.org/docs/current/sql-createview.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Key
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._upgrade import RELATIONS, columns, stands
from assay.rules.data._words import listed
from assay.trace import Observation, Traced

severity = Severity.ERROR

_VIEWS = ("view", "materialized view")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each view that is still there, with all the columns that it lost."""
    upgrade = observation.trip.upgrade
    for view in (key for key in upgrade.released or () if key.kind in _VIEWS):
        now = stands(observation, view, *RELATIONS)
        made = _maker(observation, view)
        if now is None or made is None:
            continue
        there = columns(upgrade.after, now.key)
        gone = [name for name in columns(upgrade.released, view) if name not in there]
        if gone:
            yield rule("compatibility", "dropped-view-column").finding(
                f"The {view.kind} {view.path} is made again without {listed(gone)}: the running release "
                "fails on "
                "every query that names what is missing (42703).",
                f"Keep {listed(gone)} in {view.path} until no running release reads it; give the new shape "
                "a name "
                "of its own until then.",
                **observation.at(made),
            )


def _maker(observation: Observation, view: Key) -> Traced | None:
    """The statement that made what has the view's name now."""
    return next(
        (
            traced
            for traced in reversed(observation.upgrade)
            for change in traced.effect.changes
            if change.action == "added"
            and change.key.kind in RELATIONS
            and (change.key.schema, change.key.name) == (view.schema, view.name)
        ),
        None,
    )
