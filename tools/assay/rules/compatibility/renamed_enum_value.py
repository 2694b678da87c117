"""A value of an enum that existed before gets another name.

## What it does

Reports `ALTER TYPE … RENAME VALUE` on an existing enum.

## Why is this bad?

From the commit on, the running release fails wherever it writes or compares with the old name (22P02,
invalid_text_representation), and does not know the new one when it reads it.

## Example

```python
def upgrade() -> None:
    op.execute("ALTER TYPE customer_status RENAME VALUE 'closed' TO 'archived'")
```

## Use instead

Add the new name, let the releases move to it, and change the rows in batches; the old name stays, unused:

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE customer_status ADD VALUE IF NOT EXISTS 'archived'")
```

## References

- [PostgreSQL: ALTER TYPE](https://www.postgresql.org/docs/current/sql-altertype.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog.create import path_of
from assay.catalog.describe import literal
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.compatibility._enums import changed_enums
from assay.rules.data._batches import in_autocommit
from assay.rules.data._words import execute, listed
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each type."""
    for enum in changed_enums(observation):
        if not enum.renamed or len(enum.before) != len(enum.after):
            continue
        new = [value for value in enum.after if value not in enum.before]
        adds = "\n    ".join(
            execute(f"ALTER TYPE {path_of(enum.key)} ADD VALUE IF NOT EXISTS {literal(value)}")
            for value in new
        )
        yield rule("compatibility", "renamed-enum-value").finding(
            f"Renames {listed(map(literal, enum.gone))} of the enum {enum.key.path} to "
            f"{listed(map(literal, new))}: "
            "the running release fails where it writes or compares with the old name (22P02).",
            f"Add the new name beside the old one:\n\n{in_autocommit(adds)}\n\n"
            "then a release that writes it, then the rows that are there, in batches; the old name stays, "
            "unused.",
            **observation.at(enum.traced),
        )
