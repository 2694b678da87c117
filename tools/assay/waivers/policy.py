"""Waivers in governance.yaml: of one rule in a revision or in files.

    waivers:
      - rule: table-rewrite
        revision: 4f1c2a
        reason: the table has ten rows and always will
        owner: "@data"
        expires: 2027-01-31

Reason, owner and last day are mandatory there (`assay.config.PolicyWaiver`); the last day still counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase

from msgspec import Struct, field

from assay.config import PolicyWaiver
from assay.model import Finding
from assay.rules import rule
from assay.style import sqlfluff_name
from assay.waivers.comments import group_of


class Policy(Struct, frozen=True):
    """The waivers of a governance.yaml, and what is needed to say where they are wrong."""

    waivers: tuple[PolicyWaiver, ...] = ()
    path: str = "governance.yaml"
    """The file, as findings show it."""
    revisions: Mapping[str, str] = field(default_factory=dict)
    """The path of every revision of the history by its id, new or not: a waiver of an unknown one is told."""


def matches(waiver: PolicyWaiver, finding: Finding) -> bool:
    """Whether the waiver is about this finding."""
    return (
        waiver.rule in (finding.rule, sqlfluff_name(finding))
        and waiver.revision in (None, finding.revision)
        and (waiver.path is None or (finding.path is not None and fnmatchcase(finding.path, waiver.path)))
    )


def complaints(
    policy: Policy, used: Collection[PolicyWaiver], judged: Mapping[str, Collection[str]], today: date
) -> Iterator[Finding]:
    """The waivers that are expired, lead nowhere, or waived nothing though their rule was judged there."""
    for waiver in policy.waivers:
        where = {"path": policy.path, "line": waiver.line or None}
        if waiver.expires < today:
            yield rule("craft", "expired-waiver").finding(
                f"This waiver of {waiver.rule} ({waiver.owner}) held until {waiver.expires}; it waives "
                "nothing any more.",
                "Mend what it waived, or set a new date with a reason that still holds.",
                **where,
            )
        elif waiver not in used:
            wrong = _nowhere(waiver, policy) or _idle(waiver, policy, judged)
            if wrong is not None:
                yield rule("craft", "unused-waiver").finding(
                    wrong, "Take the entry out, or mend it.", **where
                )


def _nowhere(waiver: PolicyWaiver, policy: Policy) -> str | None:
    if not policy.revisions:
        return None
    if waiver.revision is not None and waiver.revision not in policy.revisions:
        near = get_close_matches(waiver.revision, policy.revisions, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        return (
            f"This waives {waiver.rule} in revision {waiver.revision!r}, which is not in the history.{meant}"
        )
    return None


def _idle(waiver: PolicyWaiver, policy: Policy, judged: Mapping[str, Collection[str]]) -> str | None:
    """It is told only where its rule was judged in all that it is about: the rest may have findings."""
    seen = [groups for path, groups in judged.items() if _is_about(waiver, path, policy)]
    about = [path for path in policy.revisions.values() if _is_about(waiver, path, policy)]
    if not seen or len(seen) < len(set(about)):
        return None
    if any({waiver.rule, group_of(waiver.rule)}.isdisjoint(groups) for groups in seen):
        return None
    scope = f"revision {waiver.revision}" if waiver.revision is not None else str(waiver.path)
    return f"This waives {waiver.rule} in {scope}, where it found nothing."


def _is_about(waiver: PolicyWaiver, path: str, policy: Policy) -> bool:
    if waiver.revision is not None and policy.revisions.get(waiver.revision) != path:
        return False
    return waiver.path is None or fnmatchcase(path, waiver.path)
