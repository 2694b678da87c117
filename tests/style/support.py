"""Statements as the renderer hands them over."""

from __future__ import annotations

from collections.abc import Sequence

from assay.model import Finding, Origin, Revision, Span, Statement

PATH = "migrations/versions/r1.py"


def written(sql: str, *, line: int = 1, column: int | None = None, origin: Origin = "written") -> Statement:
    """A statement whose text stands in the file from `line` on, its first line at `column`."""
    later = None if column is None else 0
    spans = [Span(line, column)]
    spans += [Span(line if column is None else line + n, later) for n in range(1, sql.count("\n") + 1)]
    return Statement("upgrade", sql, PATH, line, True, origin, tuple(spans))


def generated(sql: str) -> Statement:
    return written(sql, origin="generated")


def block(source: str) -> Statement:
    """The statement of a source file that is one triple-quoted string, stripped as the renderer does."""
    before, sql, _ = source.split('"""')
    start = len(sql) - len(sql.lstrip())
    head = before + '"""' + sql[:start]
    return written(sql.strip(), line=head.count("\n") + 1, column=len(head) - head.rfind("\n") - 1)


def codes(findings: Sequence[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def revision(source: str) -> Revision:
    return Revision(id="r1", path=PATH, source=source.encode())
