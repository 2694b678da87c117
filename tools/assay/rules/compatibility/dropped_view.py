"""A view that the running release may read is dropped.

## What it does

Reports an existing view or materialized view that is not there any more at the end of the revision, dropped
by name, and one that is made again only after its drop was committed. One that is dropped and made again in
one transaction is none; what it lost meanwhile is told by `dropped-view-column` and `incompatible-type`. A
view that CASCADE took is told by `cascading-drop`.

## Why is this bad?

Every query of the running release that names it fails from the commit on (42P01, undefined_table). No data is
lost: a view can be made again.

## Example

```python
def upgrade() -> None:
    op.execute("DROP VIEW active_customers")
```

## Use instead

Leave it until no running release reads it, and say so in the database:

```python
def upgrade() -> None:
    op.execute("COMMENT ON VIEW active_customers IS 'unused since release 41'")
```

Then drop it, and say why that is safe: `# assay: waive dropped-view -- nothing reads it since release 41`.

## References

- [PostgreSQL: DROP VIEW](https://www.postgresql.org/docs/current/sql-dropview.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Key
from assay.catalog.create import path_of
from assay.catalog.describe import literal
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.availability._anew import beside
from assay.rules.data._upgrade import RELATIONS, gap, original, removed, stands
from assay.rules.data._words import execute
from assay.trace import Observation, Traced

severity = Severity.ERROR

_VIEWS = ("view", "materialized view")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each view."""
    known = observation.trip.upgrade.released
    if known is None:
        return
    for traced, change in removed(observation, *_VIEWS):
        assert change.before is not None
        key = original(known, change.before)
        if stands(observation, key, *RELATIONS):
            continue
        note = execute(f"COMMENT ON {key.kind.upper()} {path_of(key)} IS {literal('unused, to be dropped')}")
        yield rule("compatibility", "dropped-view").finding(
            f"Drops the {key.kind} {key.path}: the running release fails on every query that names it "
            "(42P01).",
            f"Leave it until no running release reads it:\n\n{note}\n\n"
            "then drop it with `# assay: waive dropped-view -- <since when nothing reads it>`.",
            **observation.at(traced),
        )
    for view in (key for key in known if key.kind in _VIEWS):
        between = gap(observation, view)
        if between is not None:
            yield _missing_meanwhile(observation, view, *between)


def _missing_meanwhile(observation: Observation, view: Key, left: Traced, made: Traced) -> Finding:
    computed = view.kind == "materialized view"
    both = "\n".join(execute(traced.statement.sql) for traced in (left, made))
    together = f"Do both in one transaction, outside an `autocommit_block()`; then reads wait:\n\n{both}"
    return rule("compatibility", "dropped-view").finding(
        f"Once this is committed there is no {view.kind} {view.path}, until line {made.statement.line} "
        f"{'has computed it' if computed else 'makes it'} again: meanwhile the running release fails on "
        "every query that names it (42P01).",
        beside(view, observation) if computed else together,
        **observation.at(left),
    )
