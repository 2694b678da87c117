"""A revision that the base already has was deleted.

## What it does

Finds revisions that the base has and this history has not. A renamed file is no deletion.

## Why is this bad?

A database that stands at the deleted revision holds its id, and Alembic cannot find it any more ("Can't
locate revision identified by …"): it can neither upgrade nor downgrade. New databases lack what it made.

## Example

    $ git rm migrations/versions/0a1b_add_index.py

## Use instead

Keep the file, and take back what it did in a new revision:

    revision = "2c3d"
    down_revision = "0a1b"

    def upgrade() -> None:
        op.drop_index("ix_user_name", table_name="user")

## References

- [Alembic: Create a Migration Script](https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.history.model import Observed
from assay.model import Finding, Severity
from assay.rules.history._tell import instead, this

severity = Severity.ERROR


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each deleted revision, at the place where it was."""
    base = observed.history.base
    if base is None:
        return
    now = {revision.path: revision for revision in observed.history.revisions.values()}
    for revision in observed.history.changes.deleted:
        heir = now.get(revision.path)
        how = f"its file now says {heir.id}" if heir else "its file is gone"
        yield this(__name__).finding(
            f"Revision {revision.id} is on {base.ref} already, and {how}: a database at it is stuck.",
            instead(base, revision),
            revision=revision.id,
            path=revision.path,
            line=heir.line if heir else None,
        )
