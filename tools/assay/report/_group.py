"""Findings in the order in which they are told: by revision, then by place."""

from __future__ import annotations

from msgspec import Struct

from assay.model import Finding, Revision
from assay.report._report import Report


class Group(Struct, frozen=True):
    """A revision (or, without one, a file or a group of rules) and its findings by place."""

    title: str
    revision: Revision | None
    findings: tuple[Finding, ...]


def grouped(report: Report) -> list[Group]:
    """First what belongs to no revision, by file or else by rules; then the revisions in their order."""
    revisions = {entry.revision.path: entry.revision for entry in report.revisions}
    by_id = {revision.id: path for path, revision in reversed(revisions.items())}
    loose: dict[str, list[Finding]] = {}
    bound: dict[str, list[Finding]] = {path: [] for path in revisions}
    for finding in sorted(report.findings, key=by_place):
        id_, path = finding.revision, finding.path or ""
        if path in revisions or id_ in by_id:
            bound[path if path in revisions else by_id[id_ or ""]].append(finding)
        else:
            loose.setdefault(id_ or path or finding.group, []).append(finding)
    first = [Group(title, None, tuple(findings)) for title, findings in loose.items()]
    return first + [Group(r.id, r, tuple(bound[path])) for path, r in revisions.items()]


def by_place(finding: Finding) -> tuple[str, int, int, str, str]:
    """Sorts findings as a reader meets them."""
    line, column = finding.line or 0, finding.column or 0
    return finding.path or "", line, column, finding.rule, finding.message


def source_of(report: Report, path: str | None) -> str | None:
    """The text of a file to quote from; None where the report does not carry it."""
    if path is None or path in report.sources:
        return report.sources.get(path or "")
    for entry in report.revisions:
        if entry.revision.path == path:
            return _text(entry.revision)
    return None


def _text(revision: Revision) -> str:
    try:
        return revision.text
    except (SyntaxError, UnicodeDecodeError):
        return revision.source.decode("utf-8", "replace")
