"""`assay lint`: sqlfluff on the SQL that revisions emit."""

from __future__ import annotations

import click

from assay.cli._options import Options, revision_options
from assay.errors import ExitCode


@click.command()
@revision_options
def command(options: Options) -> ExitCode:
    """Render revisions and lint their SQL with sqlfluff, at the lines of the .py files.

    SQL that a person wrote gets your whole sqlfluff configuration; generated SQL only the rules about
    meaning and naming.
    """
    from assay.cli._session import RENDERED_GROUPS, linting

    with linting("lint", options) as (session, linter):
        findings = [*session.judge_left_out(), *session.judge_rendering(), *session.lint(linter)]
    return session.finish(findings, (*RENDERED_GROUPS, "style"))
