"""From what sqlfluff says about a text to findings at the revision's lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from assay.model import Finding, Severity, Statement
from assay.rules import rule
from assay.style._text import Reading, place
from assay.style._wire import MALFORMED_NOQA, UNPARSABLE, UNUSED_NOQA, Answer, Violation

GROUP = "style"

RULE_PAGE = "https://docs.sqlfluff.com/en/stable/perma/rule/{code}.html"
"""sqlfluff's permanent links to its rules, the ones that its own VS Code extension opens."""


class Task(Struct, frozen=True):
    """A statement, the texts it is linted as, and where it stands."""

    statement: Statement
    readings: tuple[Reading, ...]
    source: Sequence[str]
    """The revision file's lines; empty where they are not known."""
    revision: str | None


def findings(task: Task, answer: Answer) -> Iterator[Finding]:
    """The findings that `answer` means for `task`."""
    for message in answer.notices:
        yield rule(GROUP, "sqlfluff-warning").finding(
            f"sqlfluff says: {message}", "Mend sqlfluff's configuration or the plug-in that it names."
        )
    for message in answer.remarks:
        yield rule(GROUP, "sqlfluff-warning").finding(
            f"sqlfluff says: {message}",
            "Mend what it names; until then a part of this statement may be unchecked.",
            revision=task.revision,
            path=task.statement.path,
            line=task.statement.line,
        )
    for violation in answer.violations:
        yield _finding(task, task.readings[answer.reading], violation)


def sqlfluff_name(finding: Finding) -> str | None:
    """The name of the sqlfluff rule that `finding` is of, such as `layout.spacing`; None for another rule."""
    return finding.message.partition(":")[0] if finding.group == GROUP and "-" not in finding.rule else None


def _finding(task: Task, reading: Reading, violation: Violation) -> Finding:
    line, column = place(task.statement, reading, task.source, violation.line, violation.column)
    rule_id, severity, message, advice = _told(violation, quoted=column is None)
    return Finding(
        rule=rule_id,
        group=GROUP,
        severity=severity,
        message=message,
        advice=advice,
        revision=task.revision,
        path=task.statement.path,
        line=line,
        column=column,
    )


def _told(violation: Violation, *, quoted: bool) -> tuple[str, Severity, str, str]:
    """Rule, severity, message and advice; `quoted`: the message must say itself which SQL it means."""
    what = f" {violation.raw}" if violation.raw else ""
    if violation.code == UNPARSABLE:
        return _ours(
            "unparsable-sql",
            f"sqlfluff cannot read this statement from here on, so the rest of it was not checked:{what}",
            "Nothing to do where PostgreSQL accepts it; `-- noqa: PRS` on that line silences this.",
        )
    if violation.code == UNUSED_NOQA:
        return _ours("unused-noqa", f"{violation.description}.", "Take it out of the SQL.")
    if violation.code == MALFORMED_NOQA:
        return _ours(
            "malformed-noqa",
            f"sqlfluff cannot read this comment, which silences nothing:{what}",
            "Write `-- noqa: LT01,CP02`, or `-- noqa: disable=LT01` and `-- noqa: enable=LT01`.",
        )
    severity = Severity.WARNING if violation.warning else Severity.ERROR
    where = f" In:{what}" if quoted and what else ""
    return violation.code, severity, f"{violation.name}: {violation.description}{where}", _advice(violation)


def _ours(rule_id: str, message: str, advice: str) -> tuple[str, Severity, str, str]:
    return rule_id, rule(GROUP, rule_id).severity, message, advice


def _advice(violation: Violation) -> str:
    if violation.rewrite:
        return f"Write: {violation.rewrite.strip()}"
    if violation.documented:
        return f"What it asks for: {RULE_PAGE.format(code=violation.code)}"
    return f"`sqlfluff rules` describes {violation.code}, a rule of one of your plug-ins."
