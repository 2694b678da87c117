"""Brings together the SQL that is reviewed (rendered offline) and the effects that were seen (traced)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from assay.model import Direction, Statement
from assay.trace.model import Effect, RoundTrip, Traced

Pair = tuple[Statement, Effect]

_SPACE = re.compile(r"\s+")


def with_effects(offline: Sequence[Statement] | None, trip: RoundTrip | None, why: str = "") -> list[Pair]:
    """Each statement of a revision, both directions, with what it did.

    `offline` are the statements as rendered; None where they cannot be, and then those that ran stand in.
    Without a `trip` nothing is proven, and `why` (a clause) says what kept it from being run.
    """
    pairs: list[Pair] = []
    for direction in ("upgrade", "downgrade"):
        step = trip and (trip.upgrade if direction == "upgrade" else trip.downgrade)
        traced = step.traced if step else ()
        if offline is None:
            pairs += [(t.statement, t.effect) for t in traced]
            continue
        own = [statement for statement in offline if statement.direction == direction]
        pairs += _aligned(own, traced, _reason(step.error if step else None, why, direction))
    return pairs


def _reason(error: str | None, why: str, direction: Direction) -> str:
    if error is not None:
        return f"the {direction} stopped before it: {error}"
    return why or "it did not run on the scratch server"


def _aligned(offline: Sequence[Statement], traced: Sequence[Traced], why: str) -> list[Pair]:
    nothing = Effect(proven=False, unproven=why)
    effects = [nothing] * len(offline)
    ours, theirs = [normal(s.sql) for s in offline], [normal(t.statement.sql) for t in traced]
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for tag, start, end, other, other_end in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and end - start == other_end - other):
            for n in range(end - start):
                effects[start + n] = traced[other + n].effect
    return list(zip(offline, effects, strict=True))


def normal(sql: str) -> str:
    """`sql` as it compares: white space and the doubled percent signs of drivers do not count."""
    return _SPACE.sub(" ", sql).replace("%%", "%").strip(" ;")
