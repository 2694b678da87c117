"""A revision could not be run on the scratch server, because one that it stands on does not run.

## What it does

Says that an earlier revision fails on an empty PostgreSQL, so that those after it were not proven: no locks,
no round trip, no effects.

## Why is this bad?

What was not run is not known. Of 37 public histories 12 do not replay from nothing: their first revision
expects tables that `create_all()` or a dump once made.

## Example

```python
# the first revision of the history
def upgrade() -> None:
    op.add_column("users", sa.Column("nickname", sa.Text()))  # nothing ever creates "users"
```

## Use instead

Give the history its starting point, once:

```
assay baseline --url postgresql://… --output baseline.sql
```

and in `governance.yaml` name the file and the revision that it stands for:

```yaml
baseline:
  file: baseline.sql
  revision: ab12cd34
```

## References

- [Alembic: building an up to date database from scratch](https://alembic.sqlalchemy.org/en/latest/cookbook.html#building-an-up-to-date-database-from-scratch)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.trace import Tracing

severity = Severity.WARNING


def check(tracing: Tracing) -> Iterator[Finding]:
    """One finding for the revision that stopped the run, unless that one was asked for and tells itself."""
    stopped = tracing.unreached_revision
    if tracing.unreached is None or stopped is None or stopped in tracing.trips:
        return
    yield rule("craft", "unreached-revision").finding(
        f"Revision {stopped} does not run on the scratch server, so what stands on it is not proven: "
        f"{tracing.unreached}",
        "Name a baseline in governance.yaml (`assay baseline --url …` writes it), or mend that revision.",
        revision=stopped,
    )
