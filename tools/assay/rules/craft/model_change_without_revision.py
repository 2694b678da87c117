"""The models change and no revision comes along.

## What it does

Compares the model files of a commit (or of a branch, with `--base`) with those before, as source: mapped
classes, columns, tables, constraints, indexes, enums, shared column types, naming conventions. Where any of
these changes, a new revision must be part of the same change. Comments, docstrings, layout, imports,
methods, relationships and Python-side defaults (`default=`, `onupdate=`) do not count; neither does a class
that moves to another module.

## Why is this bad?

The code of the next release expects a schema that no deployment will create. Tests that build their
database with `create_all` pass all the same; production fails at the first query. The next person to run
`alembic revision --autogenerate` finds a stranger's change in their own revision.

## Example

    class Company(Base):
        __tablename__ = "companies"
        id: Mapped[int] = mapped_column(primary_key=True)
    +   founded: Mapped[date | None]

## Use instead

Write the revision and commit both together:

    alembic revision --autogenerate -m "Add Company.founded"
    git add models migrations

Where the database stays as it is after all, say why; the reason stands in the output for whoever reviews it:

    ASSAY_NO_REVISION="the column exists since 2019" git commit

`models` in governance.yaml says which files are model files.

## References

- [Auto generating migrations](https://alembic.sqlalchemy.org/en/latest/autogenerate.html)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from assay.history.models import ModelChange
from assay.model import Finding, Severity
from assay.rules import rule

severity = Severity.ERROR

OVERRIDE = "ASSAY_NO_REVISION"
"""The environment variable whose value is the reason to go without a revision."""

_VERBS = {"added": "Add", "changed": "Change", "removed": "Remove"}


def findings(changes: Iterable[ModelChange], files: Collection[str]) -> list[Finding]:
    """One finding for each class that changed; `files` are those that still exist."""
    this = rule("craft", "model-change-without-revision")
    return [
        this.finding(
            f"{', '.join(change.facts)} ({change.path}:{change.line}), and no revision comes with it.",
            _advice(change),
            path=change.path,
            line=None if change.what == "removed" and change.path in files else change.line,
        )
        for change in changes
    ]


def _advice(change: ModelChange) -> str:
    if change.what == "unreadable":
        return "Mend the file: as it is, nobody can tell whether the schema changes."
    thing, _, verb = change.facts[0].partition(" ")
    message = re.sub(r"[^\w. ]", "", f"{_VERBS.get(verb, 'Change')} {thing}")
    return (
        f'alembic revision --autogenerate -m "{message}"\n'
        f'or, where the database stays as it is: {OVERRIDE}="why" git commit'
    )
