"""A revision stands on one that does not exist.

## What it does

Finds ids in `down_revision` and `depends_on` that no revision file has. Alembic takes whole ids there (in
`depends_on` also branch labels), no abbreviations.

## Why is this bad?

Alembic loads no such history: every command ends in a `KeyError` for the id, on every machine that has the
file.

## Example

    revision = "2c3d"
    down_revision = "0a1b"      # no file has revision = "0a1b"

## Use instead

The id of the revision it should follow, as `alembic heads` shows it; or bring the missing file back.

    revision = "2c3d"
    down_revision = "9f8e"

## References

- [Alembic: Create a Migration Script](https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script)
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from msgspec.structs import replace

from assay.history.model import History, Observed
from assay.model import Finding, Revision, Severity
from assay.rules.history._tell import at, parent_line, this

severity = Severity.ERROR


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each id that is missing, at the line that names it."""
    history = observed.history
    labels = {label for revision in history.revisions.values() for label in revision.branch_labels}
    for revision in history.revisions.values():
        lacking = [("down_revision", each) for each in revision.down_revisions]
        lacking += [("depends_on", each) for each in revision.depends_on if each not in labels]
        for name, missing in lacking:
            if missing not in history.revisions and not _broken(history, missing):
                yield _finding(history, revision, name, missing)


def _finding(history: History, revision: Revision, name: str, missing: str) -> Finding:
    computed = [each.path for each in history.problems if each.kind == "computed" and each.id is None]
    message = f"{revision.path} names {missing} in its `{name}`, and no revision file has that id."
    line = revision.down_line if name == "down_revision" else revision.line
    finding = this(__name__).finding(message, _advice(history, revision, name, missing), **at(revision, line))
    if not computed:
        return finding
    unsure = f"{message} It may be what {', '.join(computed)} computes."
    return replace(finding, severity=Severity.WARNING, message=unsure)


def _advice(history: History, revision: Revision, name: str, missing: str) -> str:
    if history.base and missing in history.base.tip_revisions:
        path, ref = history.base.tip_revisions[missing].path, history.base.ref
        return f"{ref} has it. Bring it here: `git merge {ref}`, or `git checkout {ref} -- {path}`."
    whole = [each for each in history.revisions if missing and each.startswith(missing)]
    near = whole if len(whole) == 1 else get_close_matches(missing, list(history.revisions), n=1)
    if near and near[0] != revision.id and name == "down_revision":
        parents = [near[0] if each == missing else each for each in revision.down_revisions]
        why = "Alembic takes whole ids only" if whole else f"Did you mean {near[0]}?"
        return f"{why}; line {revision.down_line}:\n\n    {parent_line(revision, parents)}"
    return f"Bring the file of {missing} back, or name the revision that this one should follow."


def _broken(history: History, missing: str) -> bool:
    """Whether it is most likely the id of a file that cannot be read: a finding says that already."""
    base = {**history.base.tip_revisions, **history.base.revisions} if history.base else {}
    paths = {each.path for each in history.problems if each.id is None and each.kind == "unreadable"}
    return (missing in base and base[missing].path in paths) or any(missing in path for path in paths)
