"""`assay sql`: the exact SQL of revisions, with the source lines beside it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from assay.cli._options import Options, revision_options
from assay.errors import ExitCode, UsageError
from assay.model import Direction

if TYPE_CHECKING:
    from assay.cli._session import Session
    from assay.report import Listing, Report


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
def command(options: Options, direction: Listing, raw: bool) -> ExitCode:
    """Render revisions to SQL offline, each statement with the line of the .py file that made it.

    REVISION is what Alembic takes: an id, `head`, `base:head`, `ab12:cd34`, `head-1` …; without one, the
    revisions that are new.
    """
    from assay.cli._session import RENDERED_GROUPS, Session
    from assay.report import emit_sql

    if raw and options.format == "json":
        raise UsageError(
            "--raw and --format json cannot be combined: each is a format of its own.",
            "Give only one of them.",
        )
    session = Session("sql", options)
    left_out = session.judge_left_out()
    report = session.report([*left_out, *session.judge_rendering()], RENDERED_GROUPS, rendered=True)
    if raw:
        return _write_scripts(session, report, direction, whole=not left_out)
    return emit_sql(
        report, format=options.format, color=options.color, fail_on=session.fail_on, direction=direction
    )


def _write_scripts(session: Session, report: Report, direction: Listing, *, whole: bool) -> ExitCode:
    """The script of each direction to stdout; nothing at all where a part of it would be missing."""
    from assay.report import emit

    rendered = session.rendering.rendered
    wanted: list[Direction] = [d for d in ("upgrade", "downgrade") if direction in (d, "both")]
    whole = whole and all(part.failure is None for part in rendered.values() if part.direction in wanted)
    for way in wanted if whole else ():
        ids = [part.revision.id for part in rendered.values() if part.direction == way]
        sys.stdout.buffer.write(session.rendering.script(ids, way).encode())
    sys.stdout.flush()
    if report.findings:
        return emit(report, color=session.options.color, fail_on=session.fail_on, stdout=sys.stderr)
    return ExitCode.OK if whole else ExitCode.FINDINGS
