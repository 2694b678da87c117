"""`assay check`: the whole line, from git to the verdict."""

from __future__ import annotations

import click

from assay.cli._options import Options, revision_options, stats_option
from assay.errors import ExitCode


@click.command()
@stats_option
@revision_options
def command(options: Options) -> ExitCode:
    """Prove revisions: the history is sound, they render to SQL, the SQL is well written, and it runs.

    A throwaway PostgreSQL runs each one up, down and up again, and shows what it locks, rewrites, scans and
    leaves behind. Nothing else is connected to.
    """
    from assay.cli._session import TRACED_GROUPS, linting
    from assay.cli._tracing import Servers

    with linting("check", options) as (session, linter), Servers(session) as servers:
        linted = session.start_lint(linter)
        session.trace(servers)
        servers.leave()
        findings = [*session.judge_history(), *session.judge_rendering(), *session.judge_tracings()]
        findings += linted.result()
        return session.finish(findings, ("history", *TRACED_GROUPS, "style"))
