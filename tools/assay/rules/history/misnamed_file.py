"""A new revision's file name does not carry its id or its message.

## What it does

Compares the names of new revision files with `file_template` (`%(rev)s_%(slug)s` unless configured). Dates
are not compared, and a shortened slug is fine.

## Why is this bad?

People find a revision by its file: in reviews, in `git log`, and when a deployment names an id that fails.
A copied file that kept its name, or an id changed by hand, sends them to the wrong one.

## Example

    # 9f8e_add_index.py
    \"""drop the old table\"""
    revision = "2c3d"

## Use instead

The name that `alembic revision` would have given:

    # 2c3d_drop_the_old_table.py
    \"""drop the old table\"""
    revision = "2c3d"

## References

- [Alembic: Editing the .ini File, `file_template`](https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.history.filename import carries, expected
from assay.history.model import Observed
from assay.history.project import Project
from assay.model import Finding, Revision, Severity
from assay.rules.history._tell import at, this

severity = Severity.WARNING


def check(observed: Observed) -> Iterator[Finding]:
    """One finding for each new revision whose file is called otherwise than the template says."""
    project = observed.project
    for revision in observed.history.new:
        folder, name = _split(project, revision)
        if not carries(project, revision, name):
            wanted = expected(project, revision)
            yield this(__name__).finding(
                f"The name of {revision.path} does not carry the id {revision.id} and the message "
                f"{revision.message!r} as `file_template` ({project.file_template}) says.",
                f"git mv {revision.path} {folder}{wanted}"
                if wanted
                else 'Rename the file; its "Create Date" line, which the template needs, is missing.',
                **at(revision),
            )


def _split(project: Project, revision: Revision) -> tuple[str, str]:
    """The version folder (with a slash) and the file's path in it: templates may name folders."""
    folders = [f"{project.relative(folder)}/" for folder in project.version_locations]
    inside = [
        folder.removeprefix("./") for folder in folders if revision.path.startswith(folder.removeprefix("./"))
    ]
    if "/" in project.file_template and inside:
        folder = max(inside, key=len)
        return folder, revision.path[len(folder) :]
    folder, slash, name = revision.path.rpartition("/")
    return folder + slash, name
