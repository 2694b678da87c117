"""`assay check`: the whole line, from git to the verdict."""

from __future__ import annotations

import click

from assay.cli._options import Options, revision_options
from assay.errors import ExitCode


@click.command()
@revision_options
def command(options: Options) -> ExitCode:
    """Prove revisions: the history is sound, they render to SQL, and the SQL is well written."""
    from assay.cli._session import RENDERED_GROUPS, Session

    session = Session("check", options)
    with session.linter() as linter:
        findings = [*session.judge_history(), *session.judge_rendering(), *session.lint(linter)]
    return session.finish(findings, ("history", *RENDERED_GROUPS, "style"))
