"""A report as one JSON document. The structs are the format: `docs/schema/report.schema.json` is theirs.

Their docstrings, and the strings below their fields, are the schema's descriptions. The promise about
what may change is in `docs/json.md`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from assay import __version__
from assay.model import Finding, Severity, Statement
from assay.report._effects import EffectDocument, RoundTripDocument, effect_document, trip_document
from assay.report._group import grouped
from assay.report._report import Report, RevisionReport

if TYPE_CHECKING:
    from assay.trace import Effect

FORMAT_VERSION: Literal[1] = 1
"""Raised when a field goes away or changes its meaning; never for one that is added."""


class ToolDocument(msgspec.Struct):
    """The program that wrote the document."""

    name: Literal["assay"]
    version: str
    """As `assay --version` prints it."""


class VerdictDocument(msgspec.Struct):
    """The outcome: `fail` is exit code 1."""

    status: Literal["pass", "fail"]
    fail_on: Literal["note", "warning", "error"]
    """The mildest severity that fails the command."""
    errors: int
    warnings: int
    notes: int


class StatementDocument(msgspec.Struct):
    """One SQL statement that a revision emits."""

    direction: Literal["upgrade", "downgrade"]
    sql: str
    """Without the terminating semicolon."""
    path: str
    """The revision file, relative to the git top level."""
    line: int
    """1-based line in `path` of the code that made the statement."""
    lines: list[int]
    """For each line of `sql`, the line in `path` that it comes from."""
    in_transaction: bool
    origin: Literal["generated", "written"]
    """`written` by a person, or `generated` by SQLAlchemy or Alembic."""
    effect: EffectDocument | None
    """What it did on the scratch server; null where the command ran none."""


class RevisionDocument(msgspec.Struct):
    """One Alembic migration file that the command looked at."""

    id: str
    path: str
    """Relative to the git top level."""
    down_revision: str | list[str] | None
    """As Alembic has it: null for a base, several for a merge."""
    branch_labels: list[str]
    depends_on: list[str]
    message: str
    create_date: str | None
    """As the file states it."""
    new: bool
    """Not on the base, staged, or asked for by id."""
    rendered_by: str | None
    """`env.py` or `built-in env`; null where nothing was rendered."""
    statements: list[StatementDocument]
    """Both directions, each in the order it runs."""
    round_trip: RoundTripDocument | None
    """Null where the revision did not run on a scratch server."""


class FindingDocument(msgspec.Struct):
    """A rule's verdict."""

    rule: str
    group: str
    """The rule's group: `history`, `style`, `craft` … More groups may come."""
    severity: Literal["note", "warning", "error"]
    revision: str | None
    path: str | None
    """Relative to the git top level."""
    line: int | None
    """1-based."""
    column: int | None
    """1-based, in characters; null where only the line is known."""
    message: str
    advice: str
    """What to do about it; may hold several lines."""


class WaivedDocument(FindingDocument):
    """A finding accepted on purpose: it does not count in the verdict."""

    reason: str


class ReportDocument(msgspec.Struct):
    """What an `assay` command prints to stdout with `--format json`."""

    version: Literal[1]
    """Of this format."""
    tool: ToolDocument
    command: str
    verdict: VerdictDocument
    base: str | None
    """The git ref, or its name, that "new" was measured against."""
    heads: list[str]
    revisions: list[RevisionDocument]
    """In the order they run."""
    findings: list[FindingDocument]
    """By revision, then by place."""
    waived: list[WaivedDocument]
    servers: list[str]
    """The scratch servers that ran the revisions."""
    notes: list[str]
    """Sentences about the run itself."""


def document(report: Report, fail_on: Severity) -> str:
    """The report as one JSON text."""
    return dumped(report_document(report, fail_on))


def dumped(document: msgspec.Struct) -> str:
    """The document in ASCII only, so that no encoding and no control character can harm it."""
    return json.dumps(_whole(msgspec.to_builtins(document)), indent=2) + "\n"


def report_document(report: Report, fail_on: Severity) -> ReportDocument:
    """The report as the document tells it."""
    verdict = report.verdict(fail_on)
    return ReportDocument(
        version=FORMAT_VERSION,
        tool=ToolDocument(name="assay", version=__version__),
        command=report.command,
        verdict=VerdictDocument(
            status=verdict.status,
            fail_on=verdict.fail_on.value,
            errors=verdict.errors,
            warnings=verdict.warnings,
            notes=verdict.notes,
        ),
        base=report.base,
        heads=list(report.heads),
        revisions=[_revision(entry) for entry in report.revisions],
        findings=[FindingDocument(**_finding(f)) for group in grouped(report) for f in group.findings],
        waived=[WaivedDocument(**_finding(finding), reason=reason) for finding, reason in report.waived],
        servers=list(report.servers),
        notes=list(report.notes),
    )


def _revision(entry: RevisionReport) -> RevisionDocument:
    revision = entry.revision
    downs = list(revision.down_revisions)
    return RevisionDocument(
        id=revision.id,
        path=revision.path,
        down_revision=downs if len(downs) > 1 else (downs[0] if downs else None),
        branch_labels=list(revision.branch_labels),
        depends_on=list(revision.depends_on),
        message=revision.message,
        create_date=revision.create_date,
        new=revision.new,
        rendered_by=entry.rendered_by,
        statements=[
            _statement(statement, entry.effects[n] if entry.effects else None)
            for n, statement in enumerate(entry.statements)
        ],
        round_trip=trip_document(entry.trip) if entry.trip is not None else None,
    )


def _statement(statement: Statement, effect: Effect | None) -> StatementDocument:
    return StatementDocument(
        direction=statement.direction,
        sql=statement.sql,
        path=statement.path,
        line=statement.line,
        lines=[span.line for span in statement.spans],
        in_transaction=statement.in_transaction,
        origin=statement.origin,
        effect=effect_document(effect) if effect is not None else None,
    )


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        name: getattr(finding, name) for name in FindingDocument.__struct_fields__ if name != "severity"
    } | {"severity": finding.severity.value}


def _whole(tree: Any) -> Any:
    """The tree with lone surrogates (from paths that are no UTF-8) replaced: strict readers refuse them."""
    if isinstance(tree, str):
        return tree if tree.isascii() else tree.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(tree, list):
        return [_whole(item) for item in tree]
    return {key: _whole(value) for key, value in tree.items()} if isinstance(tree, dict) else tree
