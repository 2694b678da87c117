"""A revision computes its id or its parents.

## What it does

Finds files whose `revision`, `down_revision`, `branch_labels` or `depends_on` is not written out: literals,
tuples of them and names bound to them are fine. The docstring's "Revision ID" and "Revises" lines are taken
for them meanwhile.

## Why is this bad?

Nobody can tell from the file where it stands in the history: no reviewer, no `grep`, no tool that does not
run it. What runs may compute something else tomorrow.

## Example

    from myapp.migrations import previous

    revision = "2c3d"
    down_revision = previous.revision

## Use instead

    revision = "2c3d"
    down_revision = "0a1b"

## References

- [Alembic: Create a Migration Script](https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.history.model import Observed
from assay.model import Finding, Severity
from assay.rules.history._tell import this

severity = Severity.WARNING


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each computed name; a note where the base has the file already."""
    for problem in observed.history.problems:
        if problem.kind == "computed":
            finding = this(__name__).finding(
                f"{problem.path} {problem.why}, so where it stands cannot be read.",
                "Write the id out as a text, as `alembic revision` does.",
                revision=problem.id,
                path=problem.path,
                line=problem.line,
            )
            yield finding if problem.new else replace(finding, severity=Severity.NOTE)
