"""The revision has no way back.

## What it does

Reports a revision without a `downgrade()` function, or whose `downgrade()` raises on purpose
(`NotImplementedError`, or an exception raised in the function itself).

## Why is this bad?

When a deployment goes wrong, the schema cannot follow the code back. The way back then has to be written by
hand, at the worst moment. Of 3,425 revisions in 37 public projects, 359 had no downgrade and 98 raised.

## Example

```python
def upgrade() -> None:
    op.add_column("companies", sa.Column("website", sa.Text()))

def downgrade() -> None:
    raise NotImplementedError
```

## Use instead

```python
def downgrade() -> None:
    op.drop_column("companies", "website")
```

Where data is truly lost, waive the finding and say so: `# assay: waive irreversible-revision -- …`.

## References

- [Alembic: running our first migration, downgrading](https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.render import Rendering
from assay.rules import rule
from assay.rules.data._words import stopped

severity = Severity.WARNING


def check(rendering: Rendering) -> Iterator[Finding]:
    """Every downgrade that is missing or refuses on purpose."""
    for rendered in rendering.rendered.values():
        failure = rendered.failure
        if failure is None or not failure.deliberate:
            continue
        missing = failure.kind == "MissingFunction"
        yield rule("reversal", "irreversible-revision").finding(
            "There is no downgrade()." if missing else f"downgrade() refuses: {stopped(failure.message)}",
            "Write the downgrade that restores the schema, or waive this with the reason why there is none.",
            revision=rendered.revision.id,
            path=rendered.revision.path,
            line=failure.line or rendered.revision.line,
        )
