"""CASCADE removes more than the statement names.

## What it does

Lists what a DROP or ALTER TABLE with CASCADE took beside what it names: foreign keys of other tables, views,
columns, triggers, defaults. What the revision makes again afterwards is not listed, nor what would have gone
without CASCADE (a table's own indexes), nor the content of a schema that is dropped as a whole.

## Why is this bad?

Nobody reviewed it: the text of the revision does not say what goes, and the same text takes more tomorrow
than it did today. A foreign key that went leaves orphans behind; a view or a column that went breaks whoever
reads it; and a downgrade that restores what the upgrade names does not restore these.

## Example

```python
def upgrade() -> None:
    op.execute("DROP FUNCTION touch() CASCADE")  # and every trigger that calls it
```

## Use instead

Name each of them, so that reviewers see it and the downgrade can restore it; without CASCADE, PostgreSQL
then refuses (2BP01) whatever was forgotten:

```python
def upgrade() -> None:
    op.execute("DROP TRIGGER touch_orders ON orders")
    op.execute("DROP FUNCTION touch()")
```

## References

- [PostgreSQL: dependency tracking](https://www.postgresql.org/docs/current/ddl-depend.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Change, as_ddl
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._cascade import taken
from assay.rules.data._upgrade import in_use, stands
from assay.rules.data._words import execute, listed
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement, with everything that it took."""
    for traced in observation.upgrade:
        gone = [c for c in taken(traced) if in_use(observation, c) and not _returns(observation, c)]
        if gone:
            drops = "\n".join(
                execute(line) for change in reversed(gone) for line in as_ddl(change).split("\n")
            )
            yield rule("data", "cascading-drop").finding(
                f"CASCADE takes more than is named: {listed(map(_said, gone))}.",
                f"Drop each by name, and what you meant without CASCADE:\n\n{drops}\n\n"
                "Where one of them was not meant to go, PostgreSQL's refusal (2BP01) was the warning.",
                **observation.at(traced),
            )


def _returns(observation: Observation, change: Change) -> bool:
    return change.after is None and stands(observation, change.key) is not None


def _said(change: Change) -> str:
    name = f"{change.key.kind} {change.key.path}"
    if change.after is not None:
        return f"the default of {name}"
    return f"{name} with its values" if change.key.kind == "column" else name
