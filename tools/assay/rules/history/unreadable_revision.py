"""A revision file cannot be read.

## What it does

Finds files in the version folders that Alembic would load and that are not valid Python, not in the
encoding they claim, or have no usable `revision` and `down_revision`.

## Why is this bad?

Alembic loads every file before it does anything: one broken file stops every command, on every machine.

## Example

    revision = "2c3d"
    down_revision = "0a1b"

    def upgrade() -> None
        op.drop_column("user", "name")

## Use instead

A file that Python can compile, with both names:

    revision = "2c3d"
    down_revision = "0a1b"

    def upgrade() -> None:
        op.drop_column("user", "name")

## References

- [Alembic: Create a Migration Script](https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script)
- [PEP 263: Defining Python Source Code Encodings](https://peps.python.org/pep-0263/)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.history.model import Observed
from assay.model import Finding, Severity
from assay.rules.history._tell import this

severity = Severity.ERROR


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each reason why a file cannot be read."""
    for problem in observed.history.problems:
        if problem.kind == "unreadable":
            yield this(__name__).finding(
                f"{problem.path} {problem.why}; Alembic stops on it.",
                f"Mend the file; `python {problem.path}` shows the error too."
                if "Python" in problem.why
                else "Mend the file, or move it out of the version folder if it is no revision.",
                revision=problem.id,
                path=problem.path,
                line=problem.line,
            )
