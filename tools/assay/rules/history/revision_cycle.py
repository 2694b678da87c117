"""Revisions stand on one another in a ring.

## What it does

Follows `down_revision` and `depends_on`, and finds where they lead back to where they began.

## Why is this bad?

There is no order in which such revisions can run. Alembic stops at every command ("Cycle is detected in
revisions …").

## Example

    # 0a1b_add_index.py            # 2c3d_add_column.py
    revision = "0a1b"              revision = "2c3d"
    down_revision = "2c3d"         down_revision = "0a1b"

## Use instead

A line. The one that was made first stands on what was there before:

    # 0a1b_add_index.py            # 2c3d_add_column.py
    revision = "0a1b"              revision = "2c3d"
    down_revision = "9f8e"         down_revision = "0a1b"

## References

- [Alembic: Working with Branches](https://alembic.sqlalchemy.org/en/latest/branches.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.history.model import Observed
from assay.model import Finding, Severity
from assay.rules.history._tell import at, this

severity = Severity.ERROR


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each ring, at a new revision of it if there is one."""
    revisions = observed.history.revisions
    for ring in observed.history.cycles:
        members = [revisions[each] for each in ring]
        blamed = next((each for each in members if each.new), members[0])
        around = " → ".join([*ring, ring[0]])
        yield this(__name__).finding(
            f"The revisions stand on one another in a ring: {around}; Alembic stops on it.",
            f"Give one of them the parent that it was made for: {blamed.path}, line {blamed.down_line}.",
            **at(blamed, blamed.down_line),
        )
