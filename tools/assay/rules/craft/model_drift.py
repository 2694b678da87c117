"""The models and the migrated database differ.

## What it does

Compares the database that the whole history makes on the scratch server with the models that `env.py` names
as its `target_metadata`, as `alembic check` does, and lists the operations that are missing.

## Why is this bad?

The application will look for a column that no revision makes, or the next `--autogenerate` will write
somebody else's change into your revision.

## Example

```python
class Company(Base):
    __tablename__ = "companies"
    website: Mapped[str | None]  # no revision adds it
```

## Use instead

```
alembic revision --autogenerate -m "add company website"
```

## References

- [Alembic: running “alembic check” to test for new upgrade operations](https://alembic.sqlalchemy.org/en/latest/autogenerate.html#running-alembic-check-to-test-for-new-upgrade-operations)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.trace import Tracing

severity = Severity.WARNING

_MOST = 10
"""Operations that the message lists."""


def check(tracing: Tracing) -> Iterator[Finding]:
    """One finding with the operations that autogenerate would write."""
    if not tracing.drift:
        return
    more = f"\n… and {len(tracing.drift) - _MOST} more" if len(tracing.drift) > _MOST else ""
    yield rule("craft", "model-drift").finding(
        "The models and the migrated database differ. To make the database what the models say:\n"
        + "\n".join(tracing.drift[:_MOST])
        + more,
        'Write the revision: alembic revision --autogenerate -m "…", or mend the models.',
    )
