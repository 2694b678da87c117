"""Takes the waived findings out, and says what is wrong with the waivers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from assay.config import PolicyWaiver
from assay.model import Finding, Revision
from assay.rules import rule
from assay.waivers import policy as in_policy
from assay.waivers.comments import Waiver, group_of, read
from assay.waivers.policy import Policy


class Waived(Struct, frozen=True):
    """What `apply` made of the findings."""

    findings: tuple[Finding, ...]
    """Those that stand, then those about the waivers themselves."""
    accepted: tuple[tuple[Finding, Waiver | PolicyWaiver], ...]
    """Those that were waived, each with the first waiver that did it; comments come first."""


def apply(
    findings: Iterable[Finding],
    revisions: Iterable[Revision],
    *,
    judged: Mapping[str, Collection[str]],
    today: date,
    policy: Policy | None = None,
) -> Waived:
    """Take the waived ones out of `findings`; add what is wrong with the waivers. Pure.

    Comments are read in `revisions`; `policy` holds the waivers of governance.yaml. `judged` says for each
    path which groups and rules were judged there in this run: a waiver of any other rule is never called
    unused.
    """
    revisions = list(revisions)
    policy = policy or Policy()
    waivers, complaints = read(revisions, today=today)
    in_force = [waiver for waiver in policy.waivers if waiver.expires >= today]
    standing: list[Finding] = []
    accepted: list[tuple[Finding, Waiver | PolicyWaiver]] = []
    used: set[tuple[Waiver, str]] = set()
    used_in_policy: set[PolicyWaiver] = set()
    for finding in findings:
        by = [(waiver, name) for waiver in waivers if (name := waiver.matches(finding)) is not None]
        by_policy = [waiver for waiver in in_force if in_policy.matches(waiver, finding)]
        used.update(by)
        used_in_policy.update(by_policy)
        first: list[Waiver | PolicyWaiver] = [*(waiver for waiver, _ in by), *by_policy]
        if first:
            accepted.append((finding, first[0]))
        else:
            standing.append(finding)
    told = [
        *complaints,
        *_unused(waivers, used, {revision.path: revision.id for revision in revisions}, judged),
        *in_policy.complaints(policy, used_in_policy, judged, today),
    ]
    return Waived((*standing, *told), tuple(accepted))


def _unused(
    waivers: Iterable[Waiver],
    used: Collection[tuple[Waiver, str]],
    ids: Mapping[str, str],
    judged: Mapping[str, Collection[str]],
) -> Iterator[Finding]:
    for waiver in waivers:
        for name in waiver.rules:
            seen = judged.get(waiver.path, ())
            if (waiver, name) in used or {name, group_of(name)}.isdisjoint(seen):
                continue
            yield rule("craft", "unused-waiver").finding(
                f"This waives {name}, which found nothing at this statement.",
                f"Take {name} out." if len(waiver.rules) > 1 else "Take the comment out.",
                revision=ids.get(waiver.path),
                path=waiver.path,
                line=waiver.line,
            )
