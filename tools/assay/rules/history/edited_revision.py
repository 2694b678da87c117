"""A revision that the base already has was edited.

## What it does

Compares revisions with what they are on the base. An edit of comments, docstrings or layout is allowed, and
so is one after which the revision renders the same SQL; a note says so. Line ends never count.

## Why is this bad?

Databases that have run the revision will never run it again: they keep the schema of the old text, and new
databases get that of the new one. Nothing tells, until a later revision fails on some of them.

## Example

    # 0a1b_add_name.py is on main; this branch changes it
    -    op.add_column("user", sa.Column("name", sa.String(50)))
    +    op.add_column("user", sa.Column("name", sa.String(80)))

## Use instead

A new revision that changes what the old one made:

    revision = "2c3d"
    down_revision = "0a1b"

    def upgrade() -> None:
        op.alter_column("user", "name", type_=sa.String(80))

## References

- [Alembic: Create a Migration Script](https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.history.model import Base, Change, Observed
from assay.model import Finding, Severity
from assay.rules.history._tell import at, instead, this

severity = Severity.ERROR


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each edit; a note for one that changes nothing that runs."""
    base = observed.history.base
    if base is not None:
        for edit in observed.history.changes.edited:
            yield _finding(edit, base, _harmless(edit, observed))


def _finding(edit: Change, base: Base, harmless: str | None) -> Finding:
    fact = f"Revision {edit.after.id} is on {base.ref} already and was edited"
    where = at(edit.after, _first_difference(edit))
    if harmless:
        note = this(__name__).finding(f"{fact}{harmless}.", "Nothing to do.", **where)
        return replace(note, severity=Severity.NOTE)
    message = f"{fact}: databases that ran it keep what it did then."
    return this(__name__).finding(message, instead(base, edit.before), **where)


def _harmless(edit: Change, observed: Observed) -> str | None:
    """How the edit changes nothing that runs; None when it may."""
    if edit.cosmetic:
        return ", in comments, docstrings or layout only"
    if observed.same_sql is not None and observed.same_sql(edit.before, edit.after) is True:
        return "; it renders the same SQL as before"
    return None


def _first_difference(edit: Change) -> int:
    before, after = edit.before.text.split("\n"), edit.after.text.split("\n")
    pairs = enumerate(zip(before, after, strict=False), start=1)
    return next((line for line, (old, new) in pairs if old != new), min(len(before), len(after)))
