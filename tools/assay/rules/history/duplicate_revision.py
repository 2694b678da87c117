"""Two files claim the same revision id.

## What it does

Finds revision files whose `revision` another file has as well.

## Why is this bad?

Alembic warns ("Revision … is present more than once"), keeps the file it reads last and never runs the
other one: the schema lacks what that one does, and no error says so.

## Example

    # 0a1b_add_index.py            # 0a1b_add_index_copy.py
    revision = "0a1b"              revision = "0a1b"

## Use instead

Give the copy an id of its own, and its place in the line:

    # 2c3d_add_index_copy.py
    revision = "2c3d"
    down_revision = "0a1b"

## References

- [Alembic: Create a Migration Script](https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.history.model import Observed
from assay.model import Finding, Severity
from assay.rules.history._tell import at, fresh_id, this

severity = Severity.ERROR


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each file but the first that claims an id."""
    for duplicate in observed.history.duplicates:
        first, *others = duplicate.revisions
        for other in others if duplicate.kind == "id" else ():
            yield this(__name__).finding(
                f"{other.path} has the revision id {other.id}, which {first.path} has already: Alembic runs "
                "only one of them.",
                f"If it is a copy left behind, remove it. Else give it an id of its own:\n\n"
                f'    revision = "{fresh_id(other)}"\n\n'
                "and use it in the `down_revision` of the revisions that mean this one.",
                **at(other),
            )
