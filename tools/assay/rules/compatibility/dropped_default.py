"""A column that must have a value loses the default that gave it one.

## What it does

Reports an existing NOT NULL column that had a default (or was an identity or generated column) and has none
at the end of the revision.

## Why is this bad?

Where the running release leaves the column to its default, each of its INSERTs is refused from the commit on
(23502, not_null_violation).

## Example

```python
def upgrade() -> None:
    op.alter_column("customers", "credit", server_default=None)
```

## Use instead

First a release that always writes the column. Until then leave the default, or set another:

```python
def upgrade() -> None:
    op.alter_column("customers", "credit", server_default="100")
```

When every running release writes the column, drop the default, and say so:
`# assay: waive dropped-default -- release 41 always writes it`.

## References

- [PostgreSQL: default values](https://www.postgresql.org/docs/current/ddl-default.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Object
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._upgrade import in_use, original
from assay.rules.data._words import code, schema_code, sized_column
from assay.trace import Observation

severity = Severity.WARNING

_FILLED = ("default", "identity", "generated")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each column, at the statement that took its default."""
    upgrade = observation.trip.upgrade
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            if change.key.kind != "column" or change.parent is None or change.before is None:
                continue
            lost = [a for a in change.attributes if a.name in _FILLED and a.after is None]
            if not lost or upgrade.before is None or not in_use(observation, change):
                continue
            first = upgrade.before.get(original(upgrade.before, change.before))
            last = upgrade.after.get(change.key) if upgrade.after is not None else None
            if first is None or last is None or not _is_bare(first, last):
                continue
            if all(first.get(each.name) is None for each in lost):
                continue
            name = change.key.name
            yield rule("compatibility", "dropped-default").finding(
                f"{sized_column(observation, change.parent.path, name)} is NOT NULL and loses its "
                f"{lost[0].name}"
                f"{_was(str(first.get(lost[0].name)))}: an INSERT of the running release that leaves it out "
                "is "
                "refused (23502).",
                "Keep it until every running release writes the column, then:\n\n"
                "# assay: waive dropped-default -- <the release since which it is always written>\n"
                f"op.alter_column({code(change.parent.name)}, {code(name)}, server_default=None"
                f"{schema_code(change.parent)})",
                **observation.at(traced),
            )


def _is_bare(first: Object, last: Object) -> bool:
    """Whether it needed a value all along, and nothing gives it one now."""
    given = any(last.get(name) is not None for name in _FILLED)
    return bool(first.get("not_null") and last.get("not_null")) and not given


def _was(value: str) -> str:
    return f" ({value.replace('public.', '')})"
