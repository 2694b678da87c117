"""The doors out: `emit` for a report, `emit_sql` for its SQL, `emit_trace` for what the SQL does."""

from __future__ import annotations

import sys
from typing import Literal, TextIO

from assay.errors import ExitCode
from assay.model import Severity
from assay.report import _sql, _text, _trace
from assay.report._report import Report
from assay.report._rows import asides
from assay.report._surface import ColorChoice, surface

Format = Literal["text", "json"]


def emit(
    report: Report,
    *,
    format: Format = "text",  # noqa: A002 - the option's own name
    color: ColorChoice = "auto",
    fail_on: Severity = Severity.ERROR,
    stdout: TextIO | None = None,
) -> ExitCode:
    """Write `report` to stdout; OK, or FINDINGS when its verdict is `fail`."""
    stdout = stdout or sys.stdout
    if format == "json":
        from assay.report._json import document

        stdout.write(document(report, fail_on))
    else:
        out = surface(stdout, color)
        out.write(_text.lines(report, out, fail_on, asides(report)))
    return _exit_code(report, fail_on)


def emit_sql(
    report: Report,
    *,
    format: Format = "text",  # noqa: A002 - the option's own name
    color: ColorChoice = "auto",
    fail_on: Severity = Severity.ERROR,
    direction: _sql.Listing = "upgrade",
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> ExitCode:
    """Write the report's SQL to stdout, its findings to stderr; the same exit code as `emit`.

    On a terminal each line of SQL stands beside the line of the revision that made it. In a pipe the
    output is SQL that runs, the places told in comments.
    """
    stdout, stderr = stdout or sys.stdout, stderr or sys.stderr
    if format == "json":
        return emit(report, format=format, fail_on=fail_on, stdout=stdout)
    _sql.write_listing(report, direction, surface(stdout, color))
    if report.findings or report.notes or not report.revisions:
        emit(report, color=color, fail_on=fail_on, stdout=stderr)
    return _exit_code(report, fail_on)


def emit_trace(
    report: Report,
    *,
    format: Format = "text",  # noqa: A002 - the option's own name
    color: ColorChoice = "auto",
    fail_on: Severity = Severity.ERROR,
    stdout: TextIO | None = None,
) -> ExitCode:
    """Write what a scratch server saw to stdout, then the findings; the same exit code as `emit`."""
    stdout = stdout or sys.stdout
    if format == "json":
        return emit(report, format=format, fail_on=fail_on, stdout=stdout)
    out = surface(stdout, color)
    _trace.write_traces(report, out)
    out.write(_text.lines(report, out, fail_on))
    return _exit_code(report, fail_on)


def _exit_code(report: Report, fail_on: Severity) -> ExitCode:
    return ExitCode.FINDINGS if report.verdict(fail_on).status == "fail" else ExitCode.OK
