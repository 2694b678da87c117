"""A report as a person reads it: by revision, the line quoted, one line of advice, the verdict last."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from assay._clean import clean
from assay.model import Finding, Severity
from assay.redact import redact_source
from assay.report._group import Group, grouped, source_of
from assay.report._quote import quote
from assay.report._report import Report
from assay.report._summary import summary
from assay.report._surface import Line, Surface

MANY = 10
"""More clean revisions than this are counted, not listed."""


def lines(report: Report, surface: Surface, fail_on: Severity, asides: Iterable[str] = ()) -> Iterator[Line]:
    """Every line of the report's text; `asides` are told as its notes are."""
    notes = (*report.notes, *asides)
    groups = grouped(report)
    told = [group for group in groups if group.findings]
    if len(groups) - len(told) <= MANY:
        good = [group for group in groups if not group.findings]
        for group in good:
            tick = "✓ " if surface.drawing else "ok "
            yield _header(report, group, tick)
        if good and (told or report.waived or notes):
            yield Line()
    for group in told:
        yield _header(report, group)
        yield Line()
        for finding in group.findings:
            yield from _finding(report, finding, surface)
            yield Line()
    yield from _asides(report, notes)
    yield summary(report, fail_on)


def _header(report: Report, group: Group, tick: str = "") -> Line:
    head = ((tick, "good"),) if tick else ()
    if group.revision is None:
        return Line((*head, (_title(report, group), "strong")))
    message = f"  {clean(group.revision.message)}" if group.revision.message else ""
    place = f"  {shown(report, group.revision.path)}"
    return Line((*head, (clean(group.title), "strong"), (message, ""), (place, "quiet")))


def _title(report: Report, group: Group) -> str:
    of_a_file = group.title == group.findings[0].path
    return shown(report, group.title) if of_a_file else clean(group.title)


def _finding(report: Report, finding: Finding, surface: Surface) -> Iterator[Line]:
    severity = finding.severity.value
    first, *others = finding.message.split("\n")
    label = ((f"  {severity}", severity), (f"[{clean(finding.rule)}]", "strong"), (": ", ""))
    yield Line(label, ((clean(first), ""),), rest="    ")
    for other in others:
        yield Line((("    ", ""),), ((clean(other), ""),), rest="    ")
    gutter = len(str(finding.line or ""))
    if finding.path is not None:
        yield Line(((f"  {' ' * gutter}--> ", "quiet"), (place(report, finding), "place")))
        yield from _quoted(report, finding, surface, gutter)
    yield from _advice(finding, gutter)


def _quoted(report: Report, finding: Finding, surface: Surface, gutter: int) -> Iterator[Line]:
    source = source_of(report, finding.path)
    rows = source.split("\n") if source is not None else []
    if finding.line is None or not 1 <= finding.line <= len(rows) or not rows[finding.line - 1].strip():
        return
    bar = "│" if surface.drawing else "|"
    width = (surface.width if surface.fancy else 160) - gutter - 5
    row = redact_source(rows[finding.line - 1])
    quoted = quote(row, finding.column if row == rows[finding.line - 1] else None, width)
    severity = finding.severity.value
    yield Line(((f"  {finding.line:>{gutter}} {bar} ", "quiet"), (quoted.code, "")))
    yield Line(((f"  {' ' * gutter} {bar} ", "quiet"), (quoted.carets, severity)))


def _advice(finding: Finding, gutter: int) -> Iterator[Line]:
    """One line of it wraps; several are a block, ready to paste, and do not."""
    if not finding.advice.strip():
        return
    first, *others = finding.advice.strip("\n").split("\n")
    indent = " " * (gutter + 5)
    head = ((f"  {' ' * gutter} = ", "quiet"),)
    yield Line(head, ((clean(first), ""),), rest=None if others else indent)
    for other in others:
        yield Line(((indent, ""),), ((clean(other.expandtabs(4)), ""),))


def _asides(report: Report, notes: tuple[str, ...]) -> Iterator[Line]:
    for finding, reason in report.waived:
        where = f" {place(report, finding)}" if finding.path else ""
        label = ((f"waived[{clean(finding.rule)}]", "quiet"), (where, "place"), (": ", ""))
        yield Line(label, ((clean(reason), ""),), rest="  ")
    for note in notes:
        yield Line((("note: ", "note"),), ((clean(note), ""),), rest="  ")
    if report.waived or notes:
        yield Line()


def place(report: Report, finding: Finding) -> str:
    """`path:line:column` from where the user stands, as far as it is known."""
    at = [shown(report, finding.path or "")]
    if finding.line is not None:
        at.append(str(finding.line))
        if finding.column is not None:
            at.append(str(finding.column))
    return ":".join(at)


def shown(report: Report, path: str) -> str:
    """The path as the user would type it here."""
    if report.root is None:
        return clean(path)
    try:
        return clean(Path(os.path.relpath(report.root / path)).as_posix())
    except ValueError:  # another drive on Windows
        return clean(path)
