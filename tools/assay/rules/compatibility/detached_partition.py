"""Rows leave a partitioned table with a partition that is detached.

## What it does

Reports an existing partition that is a table of its own at the end of the revision (or hangs below another
table), CONCURRENTLY or not. One that is dropped is told by `dropped-table`.

## Why is this bad?

From the commit on the running release does not find these rows in the partitioned table any more, and nothing
fails: sums are smaller, lists are shorter. An INSERT of such a row is refused (23514, "no partition of
relation found for row") or goes into the default partition.

## Example

```python
def upgrade() -> None:
    op.execute("ALTER TABLE events DETACH PARTITION events_2023")
```

## Use instead

First a release that asks for no such rows; then detach it, beside readers and writers, and say why nobody
misses them:

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        # assay: waive detached-partition owner=@events -- release 41 reads the last twelve months only
        op.execute("ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY")
```

## References

- [PostgreSQL: partition maintenance](https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Change, Key
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._work import bare_name
from assay.rules.data._upgrade import in_use
from assay.rules.data._words import sized
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each partition."""
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            parent = _left(observation, change)
            if not parent or not in_use(observation, change):
                continue
            yield rule("compatibility", "detached-partition").finding(
                f"{sized(observation, change.key.path)} is no partition of {parent} any more: the running "
                "release finds none of its rows there, without an error, and an INSERT of such a row into "
                f"{parent} is refused (23514) or goes into its default partition.",
                "Ship a release that asks for no such rows first; when no older one runs any more, say so "
                "beside the statement:\n\n"
                "# assay: waive detached-partition -- <the release since which nothing asks for them>",
                **observation.at(traced),
            )


def _left(observation: Observation, change: Change) -> str:
    """The table that it belonged to, if that is in use still and it belongs to it no more at the end."""
    after = observation.trip.upgrade.after
    if change.key.kind not in ("table", "foreign table") or change.before is None or change.after is None:
        return ""
    was = change.before.text("partition_of")
    moved = any(each.name == "partition_of" and each.before for each in change.attributes)
    if not was or not moved or after is None or change.key not in after:
        return ""
    stays = after[change.key].text("partition_of") == was
    schema, _, name = bare_name(was).rpartition(".")
    return "" if stays or Key("table", schema or "public", name) not in after else bare_name(was)
