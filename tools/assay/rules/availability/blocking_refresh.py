"""A materialized view is computed anew while its readers wait.

## What it does

Finds REFRESH MATERIALIZED VIEW without CONCURRENTLY (and whatever else writes one anew) on a view that
existed before and held data.

## Why is this bad?

It holds ACCESS EXCLUSIVE on the view for as long as its query runs: everyone who reads the view waits.

A view that `stats.json` says is small makes it a note; how long its query takes is not known.

## Example

```python
def upgrade() -> None:
    op.execute("REFRESH MATERIALIZED VIEW order_totals")
```

## Use instead

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals")
```

It needs a unique index on the view, over plain columns and all rows. The block keeps the transaction of the
revision from staying open meanwhile.

## References

- [PostgreSQL: REFRESH MATERIALIZED VIEW](https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Key
from assay.catalog.create import path_of
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._code import autocommit
from assay.rules.availability._work import held, judged, key_of, sized
from assay.rules.data._words import code, execute, numbered, schema_code
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and view."""
    before = observation.trip.upgrade.before
    for traced in observation.upgrade:
        locks = held(observation, traced)
        for view in traced.effect.rewrites:
            lock, key = locks.get(view.name), key_of(before, view.name)
            if lock is None or view.kind != "materialized view" or not _is_readable(before, key):
                continue
            finding = rule("availability", "blocking-refresh").finding(
                f"Computes {sized(observation, view.name)} anew under {lock.under(traced)}: {lock.stops} "
                "wait until its query has run, and the transaction ends.",
                _advice(before, key),
                **observation.at(traced),
            )
            yield judged(finding, observation, view)


def _is_readable(before: Catalog | None, view: Key) -> bool:
    """Whether there is anything to read in it: one that was made WITH NO DATA has no readers."""
    item = before.get(view) if before is not None else None
    return item is None or item.recorded.get("populated") is not False


def _advice(before: Catalog | None, view: Key) -> str:
    refresh = autocommit([execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {path_of(view)}")])
    below = before.below(view) if before is not None else []
    if any(item.get("unique") and " WHERE " not in item.text("definition") for item in below):
        return refresh
    index = (
        f"op.create_index({code(f'uq_{view.name}')}, {code(view.name)}, [...], unique=True"
        f"{schema_code(view)}, postgresql_concurrently=True)"
    )
    return numbered(
        (
            (
                "a revision before this one: a unique index, of columns that are not known here",
                autocommit([index]),
            ),
            ("this revision", refresh),
        )
    )
