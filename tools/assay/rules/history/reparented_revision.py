"""A revision that the base already has was given other parents.

## What it does

Compares `down_revision` and `depends_on` of revisions with what they are on the base.

## Why is this bad?

A database that has run the revision counts everything below it as done. A revision that is moved below it
later never runs there, and a downgrade walks another way than the upgrade came.

## Example

    # 0a1b_add_index.py is on main; this branch puts a revision of its own below it
    -down_revision = "9f8e"
    +down_revision = "2c3d"

## Use instead

Leave it where it is, and put the new revision on top:

    revision = "2c3d"
    down_revision = "0a1b"

## References

- [Alembic: Working with Branches](https://alembic.sqlalchemy.org/en/latest/branches.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.history.model import Change, Observed
from assay.model import Finding, Severity
from assay.rules.history._tell import at, listed, parent_line, this

severity = Severity.ERROR

_WORDS = {"down_revisions": "`down_revision`", "depends_on": "`depends_on`"}


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each revision with other parents, with the line as it was."""
    base = observed.history.base
    ref = base.ref if base else ""
    for change in observed.history.changes.reparented:
        name, line = _was(change)
        old, new = getattr(change.before, name), getattr(change.after, name)
        yield this(__name__).finding(
            f"Revision {change.after.id} is on {ref} already, and its {_WORDS[name]} was "
            f"changed from {listed(old or ['None'])} to {listed(new or ['None'])}.",
            f"Put it back; in {change.after.path}:\n\n    {line}\n\nand let new revisions stand on the head.",
            **at(change.after, change.after.down_line),
        )


def _was(change: Change) -> tuple[str, str]:
    """Which field differs, and its line as it was."""
    before, after = change.before, change.after
    if set(before.down_revisions) != set(after.down_revisions):
        return "down_revisions", parent_line(after, before.down_revisions)
    return "depends_on", f"depends_on = {before.depends_on or None!r}"
