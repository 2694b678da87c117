"""A materialized view is computed anew while its readers wait.

## What it does

Finds REFRESH MATERIALIZED VIEW without CONCURRENTLY (and whatever else writes one anew) on a view that
existed before and held data; and one that is dropped (renamed) and made again under its name in one
transaction; where the drop is committed before, `dropped-view` tells.

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

For another query, compute the new view beside the old one, and let them change places at the end:

```python
def upgrade() -> None:
    op.execute("CREATE MATERIALIZED VIEW order_totals_new AS SELECT ...")
    op.execute("DROP MATERIALIZED VIEW order_totals")
    op.execute("ALTER MATERIALIZED VIEW order_totals_new RENAME TO order_totals")
```

REFRESH … CONCURRENTLY needs a unique index on the view, over plain columns and all rows. The block keeps the
transaction of the revision from staying open meanwhile.

## References

- [PostgreSQL: REFRESH MATERIALIZED VIEW](https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Key, Object
from assay.catalog.create import path_of
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._anew import beside
from assay.rules.availability._code import autocommit
from assay.rules.availability._work import held, judged, key_of, sized
from assay.rules.data._upgrade import in_use
from assay.rules.data._words import code, drop_index, execute, numbered, schema_code
from assay.trace import Observation, Traced

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
    yield from _made_again(observation)


def _made_again(observation: Observation) -> Iterator[Finding]:
    """Views that are dropped (renamed), and computed under the same name before that is committed."""
    gone: dict[tuple[int, Key], Traced] = {}
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            if change.key.kind != "materialized view" or change.implied:
                continue
            place = (traced.transaction, change.key)
            left = change.before is not None and (change.after is None or change.action == "renamed")
            if left and change.before and in_use(observation, change) and _was_read(change.before):
                gone[traced.transaction, change.before.key] = traced
            elif change.before is None and place in gone and _was_read(change.after):
                finding = rule("availability", "blocking-refresh").finding(
                    f"Computes {sized(observation, change.key.path)} anew while the transaction holds ACCESS "
                    f"EXCLUSIVE on the one that line {gone[place].statement.line} takes away: reads wait "
                    "until its query has run, and the transaction ends.",
                    beside(change.key, observation),
                    **observation.at(traced),
                )
                yield judged(finding, observation, change.key.path)


def _was_read(view: Object | None) -> bool:
    return view is None or view.recorded.get("populated") is not False


def _is_readable(before: Catalog | None, view: Key) -> bool:
    """Whether there is anything to read in it: one that was made WITH NO DATA has no readers."""
    item = before.get(view) if before is not None else None
    return item is None or item.recorded.get("populated") is not False


def _advice(before: Catalog | None, view: Key) -> str:
    refresh = autocommit([execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {path_of(view)}")])
    below = before.below(view) if before is not None else []
    if any(item.get("unique") and " WHERE " not in item.text("definition") for item in below):
        return refresh
    where = f"{code(f'uq_{view.name}')}, {code(view.name)}"
    concurrently = f"{schema_code(view)}, postgresql_concurrently=True)"
    drop = drop_index(f"uq_{view.name}", view.name, view.schema)
    index = f"op.create_index({where}, [...], unique=True{concurrently}"
    return numbered(
        (
            (
                "a revision before this one: a unique index, of columns that are not known here",
                autocommit([drop, index]),
            ),
            ("this revision", refresh),
        )
    )
