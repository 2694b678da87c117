"""Report: what a command found, told to a person (text) or to a program (JSON).

    report = Report("lint", revisions=(RevisionReport(revision, statements),), findings=findings)
    return emit(report, format="text", color="auto", fail_on=governance.fail_on)

stdout carries the result and nothing else; notices and progress go to stderr.
"""

from __future__ import annotations

from assay.report._emit import Format, emit, emit_sql, emit_trace
from assay.report._markdown import show_markdown
from assay.report._progress import progress
from assay.report._report import Report, RevisionReport, Verdict, Waived
from assay.report._sql import Listing
from assay.report._surface import ColorChoice

__all__ = [
    "ColorChoice",
    "Format",
    "Listing",
    "Report",
    "RevisionReport",
    "Verdict",
    "Waived",
    "emit",
    "emit_sql",
    "emit_trace",
    "progress",
    "show_markdown",
]
