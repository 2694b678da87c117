"""Findings as annotations on a pull request's lines: workflow commands, which GitHub's runner reads in a log.

    ::error file=migrations/0002.py,line=9,col=5,title=table-rewrite::ALTER TABLE rewrites companies.

The runner's own reader: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Literal

from assay._clean import clean
from assay.report.documents import FindingDocument
from assay.review.model import Review
from assay.review.words import plural

PER_STEP = 10
"""Annotations of a kind that the runner keeps of a step (`_maxCountPerIssueType` in ExecutionContext.cs)."""

MESSAGE = 4_096
"""UTF-16 units of a message that the runner keeps (`_maxIssueMessageLength`, same file)."""

TITLE = 255
"""Characters of a title that GitHub takes (its API's "Create a check run")."""

_COMMANDS: dict[Literal["error", "warning", "note"], str] = {
    "error": "error",
    "warning": "warning",
    "note": "notice",
}
"""By severity, the most severe first."""


def render(review: Review) -> str:
    """A line for each finding that was not waived, the most severe first; empty where there is none.

    PER_STEP of each severity: where there are more, the last one says how many, and where they are told.
    """
    lines: list[str] = []
    for severity, command in _COMMANDS.items():
        found = [finding for finding in review.findings if finding.severity == severity]
        lines += _lines(command, severity, found)
    return "".join(f"{line}\n" for line in lines)


def inert(text: str) -> str:
    """`text` for a workflow's log, between two commands that make the runner read none in it.

    The token that ends it is random and not in the text, so nobody can write it in advance.
    """
    token = secrets.token_hex(16)
    while token in text.lower():
        token = secrets.token_hex(16)
    end = "" if text.endswith("\n") or not text else "\n"
    return f"::stop-commands::{token}\n{text}{end}::{token}::\n"


def _lines(command: str, severity: str, found: Sequence[FindingDocument]) -> Iterator[str]:
    shown = found if len(found) <= PER_STEP else found[: PER_STEP - 1]
    for finding in shown:
        yield _command(command, finding)
    if len(shown) < len(found):
        more = plural(len(found) - len(shown), f"more {severity}")
        yield f"::{command} title={more}::The summary of this run and its report have all of them."


def _command(command: str, finding: FindingDocument) -> str:
    properties = {"title": clean(finding.rule)[:TITLE].strip()}
    if finding.path:
        where = {"file": _path(finding.path), "line": finding.line, "col": finding.column}
        properties = {**{name: str(value) for name, value in where.items() if value}, **properties}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{command} {told}::{data(_message(finding))}"


def _path(path: str) -> str:
    """Without an equals sign at its beginning, which the runner would swallow."""
    return f"./{clean(path)}" if path.startswith("=") else clean(path)


def _message(finding: FindingDocument) -> str:
    told = f"{finding.message}\n\n{finding.advice}".strip()
    units = "\n".join(map(clean, told.split("\n"))).encode("utf-16-le", "replace")
    if len(units) <= MESSAGE * 2:
        return units.decode("utf-16-le")
    return units[: MESSAGE * 2 - 2].decode("utf-16-le", "ignore") + "…"


def data(text: str) -> str:
    """The text behind a command, as GitHub's runner reads it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return data(text).replace(":", "%3A").replace(",", "%2C")
