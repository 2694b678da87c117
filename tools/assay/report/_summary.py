"""The last line: what was looked at, what came of it, how long it took."""

from __future__ import annotations

from assay._clean import clean
from assay.model import Severity
from assay.report._report import Report, Verdict
from assay.report._surface import Line, Piece


def summary(report: Report, fail_on: Severity) -> Line:
    """The verdict in one line."""
    verdict = report.verdict(fail_on)
    took = "" if report.seconds is None else f" ({report.seconds:.1f} s)"
    counts = _counts(verdict)
    if not counts:
        return Line(((_clean_bill(report), "good"), (took, "quiet"), (".", "")))
    mark: Piece = ("Failed", "error") if verdict.status == "fail" else ("Passed", "good")
    scope = _scope(report)
    within = f" in {scope}" if scope else ""
    worst = max(report.findings, key=lambda finding: finding.severity.rank)
    more = f" Read more: assay explain {clean(worst.rule)}"
    return Line(
        (mark, (": ", "")), (*counts, (within, ""), (took, "quiet"), (".", ""), (more, "quiet")), rest=""
    )


def _clean_bill(report: Report) -> str:
    if report.all_good:
        return clean(report.all_good)
    if report.revisions:
        return f"All good: {_scope(report)}"
    against = f" against {clean(report.base)}" if report.base else ""
    return f"Nothing new{against}: nothing to check"


def _counts(verdict: Verdict) -> tuple[Piece, ...]:
    counted = (
        (verdict.errors, "error"),
        (verdict.warnings, "warning"),
        (verdict.notes, "note"),
    )
    pieces: list[Piece] = []
    for number, name in counted:
        if number:
            pieces += [(", ", "")] if pieces else []
            pieces.append((plural(number, name), name))
    return tuple(pieces)


def _scope(report: Report) -> str:
    """`3 revisions, 14 statements`: as far as there are any."""
    statements = sum(len(entry.statements) for entry in report.revisions)
    parts = [(len(report.revisions), "revision"), (statements, "statement")]
    return ", ".join(plural(number, name) for number, name in parts if number)


def plural(number: int, name: str) -> str:
    """`1 revision`, `1,000 revisions`."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"
