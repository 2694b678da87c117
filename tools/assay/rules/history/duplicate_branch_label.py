"""Two revisions claim the same branch label.

## What it does

Finds revisions whose `branch_labels` hold a label that another revision has as well.

## Why is this bad?

Alembic loads no history in which a label is used twice ("Branch name … already used by revision …"): every
command fails, `upgrade` included.

## Example

    # 0a1b_reports.py                  # 2c3d_reports_again.py
    branch_labels = ("reports",)       branch_labels = ("reports",)

## Use instead

A label stands in the first revision of its branch only; Alembic carries it upwards from there.

    # 2c3d_reports_again.py
    branch_labels = None

## References

- [Alembic: Using Branch Labels](https://alembic.sqlalchemy.org/en/latest/branches.html#working-with-branch-labels)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.history.model import Observed
from assay.model import Finding, Severity
from assay.rules.history._tell import at, named, this

severity = Severity.ERROR


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each revision but the first that claims a label."""
    for duplicate in observed.history.duplicates:
        first, *others = duplicate.revisions
        for other in others if duplicate.kind == "label" else ():
            yield this(__name__).finding(
                f"{named(other)} has the branch label {duplicate.id!r}, which {named(first)} has already: "
                "Alembic loads no such history.",
                f"In {other.path}:\n\n    branch_labels = None\n\nor give the branch a label of its own.",
                **at(other),
            )
