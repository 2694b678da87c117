"""A revision that does not say what it is for.

## What it does

Finds new revisions whose file has no docstring, or one whose first line is empty or only the revision's own
id.

## Why is this bad?

The first line of the docstring is what `alembic history`, a pull request's review and the ledger show.
Whoever looks for the change that broke something at night reads these lines, and nothing else.

## Example

```python
revision = "5f2c1d9e0a3b"
down_revision = "022"
```

## Use instead

```python
\"\"\"require a total in every invoice

Invoices without a total came from the old importer, which is gone.

Revision ID: 5f2c1d9e0a3b
Revises: 022
\"\"\"

revision = "5f2c1d9e0a3b"
down_revision = "022"
```

## References

- [Alembic: create a migration script](https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script)

"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.trace import Observation

severity = Severity.WARNING

_LABELS = ("revision id:", "revises:", "create date:", "empty message")
"""What a first line says that is Alembic's own and no message (script.py.mako)."""


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for a new revision without a message."""
    revision = observation.revision
    message = revision.message.strip()
    if revision.new and (message in ("", revision.id) or message.lower().startswith(_LABELS)):
        yield rule("craft", "missing-message").finding(
            "The docstring's first line does not say what the revision is for."
            if message
            else "The revision has no message: no docstring, or one with an empty first line.",
            "Begin the file with one line that a reviewer understands:\n"
            f'"""…\n\nRevision ID: {revision.id}\nRevises: {", ".join(revision.down_revisions)}\n"""',
            **{**observation.top(), "line": 1},
        )
