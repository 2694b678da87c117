"""`assay review`: everything that a pull request changes, told in one go."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assay.cli._options import Options, review_options, stats_option
from assay.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from assay.cli._tracing import Servers
    from assay.review.model import Review
    from assay.scratch import Databases


@click.command()
@click.option("--write", metavar="FOLDER", help="Besides, write review.json, .md, .html and .sarif there.")
@click.option("--from", "file", metavar="FILE", help="Tell the review in this review.json; run nothing.")
@stats_option
@review_options
def command(options: Options, format: str, write: str | None, file: str | None) -> ExitCode:  # noqa: A002
    """Show what a pull request changes: history, schema, locks, way back, SQL; and whether to merge it.

    Does what `assay check` does on the revisions that are new against the base, and fails where that fails.
    With --from the exit code is 0 whatever the review says.
    """
    from assay.review.formats import tell, write_all

    review = _review(options) if file is None else _read(file, options)
    if write is not None:
        write_all(review, Path(write))
    tell(review, format, options.color, sys.stdout)
    return ExitCode.FINDINGS if file is None and review.verdict.status == "fail" else ExitCode.OK


def _read(file: str, options: Options) -> Review:
    from assay.review.model import read

    if options.selection.base is not None or options.stats is not None or options.fail_on is not None:
        raise UsageError(
            "--from runs nothing, so --base, --stats and --fail-on mean nothing with it.", "Leave them out."
        )
    try:
        return read(Path(file).read_bytes())
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.", "Write it with `assay review --format json`."
        ) from error


def _review(options: Options) -> Review:
    from assay.cli._session import TRACED_GROUPS, linting
    from assay.cli._tracing import Servers, wanted
    from assay.review.collect import Checked, collect

    with linting("review", options) as (session, linter), Servers(session) as servers:
        linted = session.start_lint(linter)
        session.trace(servers)
        findings = [*session.judge_history(), *session.judge_rendering(), *session.judge_tracings()]
        findings += linted.result()
        report = session.report(findings, ("history", *TRACED_GROUPS, "style"), rendered=True)
        return collect(
            Checked(
                report=report,
                fail_on=session.fail_on,
                project=session.project,
                governance=session.governance,
                history=session.history,
                wanted=wanted(session),
                tracing=session.tracings[0] if session.tracings else None,
                stats=session.stats,
                same_sql=session.same_sql,
                databases=lambda: _databases(servers),
            )
        )


@contextmanager
def _databases(servers: Servers) -> Iterator[Databases]:
    """Those that the trace worked in, else those of the first server, started for the purpose."""
    from assay.scratch import Databases

    if servers.opened:
        yield servers.opened[0][1].result().databases
        return
    server = servers.choice.servers[0]
    server.start()
    with Databases(server.wait()) as databases:
        yield databases
