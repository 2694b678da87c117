"""The two doors out: `emit` for a report, `emit_sql` for its SQL."""

from __future__ import annotations

from typing import Literal, TextIO

from assay.errors import ExitCode
from assay.model import Severity
from assay.report._report import Report

Format = Literal["text", "json"]
ColorChoice = Literal["auto", "always", "never"]
Listing = Literal["upgrade", "downgrade", "both"]


def emit(
    report: Report,
    *,
    format: Format = "text",  # noqa: A002 - the option's own name
    color: ColorChoice = "auto",
    fail_on: Severity = Severity.ERROR,
    stdout: TextIO | None = None,
) -> ExitCode:
    """Write `report` to stdout; OK, or FINDINGS when its verdict is `fail`."""
    raise NotImplementedError


def emit_sql(
    report: Report,
    *,
    format: Format = "text",  # noqa: A002 - the option's own name
    color: ColorChoice = "auto",
    fail_on: Severity = Severity.ERROR,
    direction: Listing = "upgrade",
    raw: bool = False,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> ExitCode:
    """Write the report's SQL to stdout, its findings to stderr; the same exit code as `emit`.

    On a terminal each line of SQL stands beside the line of the revision that made it. In a pipe the
    output is SQL that runs, the places told in comments. `raw` writes the exact script(s) of
    `RevisionReport.script`, byte for byte, and nothing else.
    """
    raise NotImplementedError
