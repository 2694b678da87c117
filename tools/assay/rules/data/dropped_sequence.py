"""A sequence that existed before is dropped, with its position.

## What it does

Reports every existing sequence that a statement drops by itself. One that goes with its column or table
(`serial`, an identity column) is part of that.

## Why is this bad?

The last value it gave out is stored nowhere else: a sequence that is made anew begins at its start and gives
out numbers that are taken (invoice numbers, keys). The release that is running fails on `nextval` (42P01).

## Example

```python
def upgrade() -> None:
    op.execute("DROP SEQUENCE invoice_numbers")
```

## Use instead

Leave it until no running release uses it, and say so:

```python
def upgrade() -> None:
    op.execute("COMMENT ON SEQUENCE invoice_numbers IS 'unused since release 41'")
```

Where something else goes on counting, let it begin where this one ended
(`SELECT setval('new', (SELECT last_value FROM invoice_numbers))`).

## References

- [PostgreSQL: DROP SEQUENCE](https://www.postgresql.org/docs/current/sql-dropsequence.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog.create import path_of
from assay.catalog.describe import literal
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._upgrade import removed, stands
from assay.rules.data._words import execute
from assay.trace import Observation, Traced

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each sequence that did not go with its column."""
    for traced, change in removed(observation, "sequence"):
        assert change.before is not None
        if _owner_went(traced, change.before.text("owned_by")):
            continue
        made = " It is made anew, and begins at its start." if stands(observation, change.key) else ""
        comment = f"COMMENT ON SEQUENCE {path_of(change.key)} IS {literal('unused, to be dropped')}"
        yield rule("data", "dropped-sequence").finding(
            f"Drops the sequence {change.key.path}: the last number that it gave out is forgotten, and "
            "nextval "
            f"of the running release fails (42P01).{made}",
            "Leave it until no running release uses it:\n\n"
            f"{execute(comment)}\n\nthen drop it with `# assay: waive dropped-sequence -- <why that is "
            "safe>`.",
            **observation.at(traced),
        )


def _owner_went(traced: Traced, owner: str) -> bool:
    """Whether the column that it belongs to was dropped by the same statement."""
    column = owner.removeprefix("public.").replace('"', "")
    return bool(owner) and any(
        change.after is None and change.key.kind == "column" and change.key.path == column
        for change in traced.effect.changes
    )
