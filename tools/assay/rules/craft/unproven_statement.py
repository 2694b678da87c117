"""A statement ran, and what it did could not be observed.

## What it does

Names a statement whose locks, scans or rows are not known although it ran on the scratch server, with the
reason.

## Why is this bad?

Silence would read as proof. A reviewer has to look at this statement with their own eyes.

## Example

```python
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("VACUUM companies")  # over before its locks could be read
```

## Use instead

There may be nothing to mend. Look up what the statement locks, and waive the finding with what you found:

```python
# assay: waive unproven-statement -- VACUUM takes SHARE UPDATE EXCLUSIVE only
op.execute("VACUUM companies")
```

## References

- [PostgreSQL: explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """Every statement of the upgrade that ran unseen; one that failed is told by other rules."""
    for traced in observation.upgrade:
        if not traced.effect.proven and traced.effect.error is None:
            yield rule("craft", "unproven-statement").finding(
                f"What this statement did is not proven: {traced.effect.unproven}.",
                "Look up what it locks; waive this with the answer.",
                **observation.at(traced),
            )
