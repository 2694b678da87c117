"""What a command hands over to be told: plain values, no output."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct, field

from assay.model import Direction, Finding, Revision, Severity, Statement

if TYPE_CHECKING:
    from assay.trace import Effect, RoundTrip


class Waived(NamedTuple):
    """A finding accepted on purpose, and why."""

    finding: Finding
    reason: str


class RevisionReport(Struct, frozen=True):
    """One revision that the command looked at, and the SQL it emits (empty where none was asked for)."""

    revision: Revision
    statements: tuple[Statement, ...] = ()
    """Both directions, each in the order it runs."""
    rendered_by: str | None = None
    """`env.py` or `built-in env`; None where nothing was rendered."""
    effects: tuple[Effect, ...] = ()
    """What each of `statements` did, in the same order; empty where nothing was traced."""
    trip: RoundTrip | None = None
    """The round trip on the (first) scratch server."""
    failed: tuple[Direction, ...] = ()
    """The directions that could not be rendered; the findings say why."""


class Verdict(Struct, frozen=True):
    """Pass or fail, and how many findings of each severity."""

    status: Literal["pass", "fail"]
    fail_on: Severity
    errors: int
    warnings: int
    notes: int


class Report(Struct, frozen=True):
    """Everything that one command has to tell."""

    command: str
    """As typed: `history`, `sql`, `lint` …"""
    revisions: tuple[RevisionReport, ...] = ()
    """Those that were looked at, in the order they run."""
    findings: tuple[Finding, ...] = ()
    """After `assay.config.apply_policy`, without the waived ones."""
    waived: tuple[Waived, ...] = ()
    base: str | None = None
    """What "new" was measured against, as a person would name it: `origin/main`, `HEAD`."""
    heads: tuple[str, ...] = ()
    """The ids of the history's heads."""
    all_good: str = ""
    """What to say when there is no finding, where the usual sentence does not fit; without its full stop."""
    servers: tuple[str, ...] = ()
    """The scratch servers that ran the revisions: `PostgreSQL 18 (embedded)`; empty where none did."""
    notes: tuple[str, ...] = ()
    """Single sentences about the run itself: the built-in env stood in, and why."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Text of files to quote from, by path; a reported revision's own file needs no entry."""
    root: Path | None = None
    """The folder that paths are relative to, to show them from where the user stands; None: that is here."""
    seconds: float | None = None
    """How long the command took; None leaves it unsaid."""

    def verdict(self, fail_on: Severity = Severity.ERROR) -> Verdict:
        """`fail` when a finding is at least as bad as `fail_on`."""
        counts = {severity: sum(f.severity is severity for f in self.findings) for severity in Severity}
        failed = any(count and severity.rank >= fail_on.rank for severity, count in counts.items())
        return Verdict(
            status="fail" if failed else "pass",
            fail_on=fail_on,
            errors=counts[Severity.ERROR],
            warnings=counts[Severity.WARNING],
            notes=counts[Severity.NOTE],
        )
