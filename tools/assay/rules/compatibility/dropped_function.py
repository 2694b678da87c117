"""A function that the running release may call is dropped.

## What it does

Reports an existing function, procedure or aggregate that is not there any more at the end of the revision,
with these types of arguments. A trigger's function is none: nobody can call it. One that CASCADE took is told
by `cascading-drop`.

## Why is this bad?

If the running release (or a report, or a job) calls it, that call fails from the commit on (42883,
undefined_function). The database knows its own uses only.

## Example

```python
def upgrade() -> None:
    op.execute("DROP FUNCTION order_total(integer)")
```

## Use instead

Leave it until no running release calls it, and say so in the database:

```python
def upgrade() -> None:
    op.execute("COMMENT ON FUNCTION order_total(integer) IS 'unused since release 41'")
```

A function with other arguments can stand beside it under the same name.

## References

- [PostgreSQL: DROP FUNCTION](https://www.postgresql.org/docs/current/sql-dropfunction.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog.create import path_of
from assay.catalog.describe import literal
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._upgrade import removed, stands
from assay.rules.data._words import execute
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each function."""
    for traced, change in removed(observation, "function", "procedure", "aggregate"):
        key = change.key
        assert change.before is not None
        if "RETURNS trigger" in change.before.text("definition") or stands(observation, key):
            continue
        note = execute(f"COMMENT ON {key.kind.upper()} {path_of(key)} IS {literal('unused, to be dropped')}")
        yield rule("compatibility", "dropped-function").finding(
            f"Drops the {key.kind} {key.path}: a call by the running release fails (42883).",
            f"Leave it until no running release calls it:\n\n{note}\n\n"
            "then drop it with `# assay: waive dropped-function -- <since when nothing calls it>`.",
            **observation.at(traced),
        )
