"""`assay trace`: what revisions do on a throwaway PostgreSQL."""

from __future__ import annotations

import click

from assay.cli._options import Options, revision_options, stats_option
from assay.errors import ExitCode


@click.command()
@stats_option
@revision_options
def command(options: Options) -> ExitCode:
    """Run revisions on a throwaway PostgreSQL, up, down and up again, and show what each statement does.

    Locks, rewrites, scans, rows written, objects made, changed and dropped, at the line of the .py file that
    made the statement.
    """
    from assay.cli._session import TRACED_GROUPS, Session
    from assay.cli._tracing import Servers
    from assay.report import emit_trace

    session = Session("trace", options)
    with Servers(session) as servers:
        session.trace(servers)
        servers.leave()
        findings = [*session.judge_left_out(), *session.judge_rendering(), *session.judge_tracings()]
        return emit_trace(
            session.report(findings, TRACED_GROUPS, rendered=True),
            format=options.format,
            color=options.color,
            fail_on=session.fail_on,
        )
