"""`assay sql`: the exact SQL of revisions, with the source lines beside it."""

from __future__ import annotations

from typing import Literal

import click

from assay.cli._options import Options, revision_options
from assay.errors import ExitCode


@click.command()
@click.option(
    "--direction",
    type=click.Choice(["upgrade", "downgrade", "both"]),
    default="upgrade",
    show_default=True,
    help="Which way to render.",
)
@click.option("--raw", is_flag=True, help="The script alone, byte for byte as `alembic … --sql` prints it.")
@revision_options
def command(options: Options, direction: Literal["upgrade", "downgrade", "both"], raw: bool) -> ExitCode:
    """Render revisions to SQL offline, each statement with the line of the .py file that made it.

    REVISION is what Alembic takes: an id, `head`, `base:head`, `ab12:cd34`, `head-1` …; without one, the
    revisions that are new.
    """
    from assay.cli._session import RENDERED_GROUPS, Session
    from assay.report import emit_sql

    session = Session("sql", options)
    findings = session.judge_rendering()
    return emit_sql(
        session.report(findings, RENDERED_GROUPS, rendered=True),
        format=options.format,
        color=options.color,
        fail_on=session.fail_on,
        direction=direction,
        raw=raw,
    )
