"""Where a plan goes on: what the versions and the ledger say together. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from assay.promote.ledger import Entry, Tail
from assay.promote.model import Plan
from assay.promote.outcome import RefusedError


@dataclass(frozen=True)
class Position:
    """The next segment of a plan."""

    revision: int
    """Its index in `plan.revisions`; their number when all are applied."""
    segment: int = 0
    started: bool = False
    """It was begun (it runs outside a transaction), and nobody wrote down how it ended."""


def locate(plan: Plan, versions: tuple[str, ...], tail: Tail) -> Position:
    """The next segment. Raises RefusedError where the target is not on the plan's way."""
    position = _between(plan, versions, tail)
    if not tail.open:
        return position
    last = tail.open[-1]
    if position.revision == len(plan.revisions) or not _is(last, plan, position.revision):
        raise RefusedError(
            f"Revision {last.revision} is half done, by plan {last.plan[:12]}"
            f" ({last.direction}, part {last.segment + 1} of {last.segments}).",
            "Go on with that plan (`assay resume`), or take back by hand what it did and give `--restart`.",
        )
    started = last.event == "started"
    return Position(position.revision, last.segment if started else last.segment + 1, started)


def _between(plan: Plan, versions: tuple[str, ...], tail: Tail) -> Position:
    """The revision that is next by the versions; past the first only where this plan brought us there."""
    states = [plan.revisions[0].versions_before, *(r.versions_after for r in plan.revisions)]
    if versions == states[0]:
        return Position(0)
    if versions not in states:
        raise RefusedError(
            f"The database is at {told(versions)}, and the plan begins at {told(states[0])}.",
            "Make a plan for where it is now: `assay plan`.",
        )
    index = states.index(versions)
    applied = tail.applied
    ours = applied is not None and applied.plan == plan.checksum
    if applied is None or not ours or not _is(applied, plan, index - 1):
        raise RefusedError(
            f"The database has moved to {told(versions)}, and not by this plan"
            f", which begins at {told(states[0])}.",
            "Make a plan for where it is now: `assay plan`.",
        )
    return Position(index)


def _is(entry: Entry, plan: Plan, index: int) -> bool:
    revision = plan.revisions[index]
    wanted = (revision.id, plan.direction, revision.sql_checksum)
    return (entry.revision, entry.direction, entry.sql_checksum) == wanted


def told(versions: tuple[str, ...]) -> str:
    """The versions in a sentence."""
    return ", ".join(versions) or "no revision"
