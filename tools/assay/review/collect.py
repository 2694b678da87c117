"""Collects a review, once: everything that each of the formats tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assay.config import Governance
from assay.history import History, Project
from assay.history.model import SameSql
from assay.model import Severity
from assay.preflight import Query, Unasked, questions
from assay.report import Report
from assay.report.documents import RevisionDocument, report_document
from assay.review.collect_environments import environments
from assay.review.collect_history import Merged, history_diff
from assay.review.collect_schema import Opened, schema
from assay.review.collect_source import source
from assay.review.model import Question, Review, Size
from assay.stats import Stats
from assay.trace import Tracing, Wanted


@dataclass(frozen=True)
class Checked:
    """What `assay check` did, and what it did it with."""

    report: Report
    fail_on: Severity
    project: Project
    governance: Governance
    history: History
    wanted: Wanted
    tracing: Tracing | None
    """On the first server; None where nothing had to run."""
    stats: Stats | None
    same_sql: SameSql
    databases: Opened


def collect(checked: Checked) -> Review:
    """The review of what was checked; asks the environments and, where it has to, the scratch server."""
    document = report_document(checked.report, checked.fail_on)
    merged = Merged(checked.history)
    return Review(
        source=source(checked.project, checked.history),
        verdict=document.verdict,
        history=history_diff(merged, checked.same_sql),
        environments=environments(
            checked.governance.variables(), checked.project.env_py, merged.graph, merged.order
        ),
        schema=schema(checked.history, checked.wanted, checked.tracing, checked.databases),
        revisions=document.revisions,
        findings=document.findings,
        waived=document.waived,
        sizes=_sizes(checked.stats, document.revisions),
        preflight=[_question(each) for each in questions(checked.tracing)] if checked.tracing else [],
        servers=document.servers,
        notes=[*document.notes, *_notes(merged)],
    )


def _sizes(stats: Stats | None, revisions: list[RevisionDocument]) -> dict[str, Size]:
    """Of the tables that the revisions lock, scan or write anew."""
    if stats is None:
        return {}
    touched: set[str] = set()
    for effect in (each.effect for revision in revisions for each in revision.statements):
        if effect is not None:
            touched |= {*effect.rewrites, *effect.scans, *effect.truncated}
            touched |= {lock.table or lock.relation for lock in effect.locks}
    known = {name: stats.tables[name] for name in sorted(touched) if name in stats.tables}
    return {name: Size(rows=size.rows, bytes=size.bytes) for name, size in known.items()}


def _question(asked: Query | Unasked) -> Question:
    return Question(
        revision=asked.revision,
        path=asked.path,
        line=asked.line,
        title=asked.title,
        sql=asked.sql if isinstance(asked, Query) else None,
        expected=asked.expected if isinstance(asked, Query) else None,
        why=asked.why if isinstance(asked, Unasked) else None,
    )


def _notes(merged: Merged) -> Iterator[str]:
    base, landed = merged.history.base, list(merged.landed)
    if base is not None and landed:
        some = ", ".join(landed[:3]) + (f" and {len(landed) - 3} more" if len(landed) > 3 else "")
        yield (
            f"{base.ref} has revisions that this branch does not have yet ({some}): merge it to have both "
            "proven together."
        )
