"""The one sentence that a person can act on: merge it, look first, or do not.

    told = judge(review)
    told.advice, told.text    # "stop", "Do not merge: 2 errors (table-rewrite, lost-value); 0024 rewrites …"

Pure, and true in every case: what is not known is said before what is good.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assay.review._facts import environments, history, locks, preflight, runs, ways_back
from assay.review.locks import holds
from assay.review.model import Review
from assay.review.words import listed, plural

Advice = Literal["stop", "look", "go", "nothing"]

MOST_FACTS = 5
"""Facts in the sentence; the others are counted."""

OPENINGS: dict[Advice, str] = {
    "stop": "Do not merge",
    "look": "Look before you merge",
    "go": "Safe to merge",
    "nothing": "Nothing to migrate",
}

_RANKS = {"note": 0, "warning": 1, "error": 2}


@dataclass(frozen=True)
class Judgement:
    """What to do, and what for."""

    advice: Advice
    """`stop`: a finding at the failing severity. `look`: nothing fails, and somebody has to know or decide
    something. `go`: nothing to think of. `nothing`: no revision changes."""
    facts: tuple[str, ...]
    """Clauses, the weightiest first."""

    @property
    def opening(self) -> str:
        """`Do not merge`, `Safe to merge` …"""
        return OPENINGS[self.advice]

    @property
    def told(self) -> tuple[str, ...]:
        """As many facts as a sentence bears."""
        more = len(self.facts) - MOST_FACTS
        return (*self.facts[:MOST_FACTS], *((f"and {plural(more, 'more fact')}",) if more > 0 else ()))

    @property
    def text(self) -> str:
        """The sentence."""
        return f"{self.opening}: {'; '.join(self.told)}."


def judge(review: Review) -> Judgement:
    """The verdict on the whole change."""
    parts = (history, runs, locks, ways_back, preflight, environments)
    troubles = tuple(fact for part in parts for fact in part(review))
    counted = tuple(_counted(review))
    if review.verdict.status == "fail":
        return Judgement("stop", (*(counted or ("the check fails",)), *troubles))
    if troubles or counted:
        return Judgement("look", (*troubles, *counted))
    if not review.revisions and all(node.state == "merged" for node in review.history.nodes):
        return Judgement("nothing", ("no revision changes",))
    return Judgement("go", tuple(_good(review)))


def _counted(review: Review) -> Iterator[str]:
    """The errors and warnings, with the rules of the worst of them; a note is nothing to think of."""
    verdict = review.verdict
    counts = ((verdict.errors, "error"), (verdict.warnings, "warning"))
    told = ", ".join(plural(number, name) for number, name in counts if number)
    if not told:
        return
    worst = max((_RANKS[finding.severity] for finding in review.findings), default=0)
    rules = dict.fromkeys(f.rule for f in review.findings if _RANKS[f.severity] == worst)
    yield f"{told} ({listed([*rules], 3)})" if rules else told


def _good(review: Review) -> Iterator[str]:
    edited = sum(node.state == "edited" for node in review.history.nodes)
    if edited:
        yield f"{plural(edited, 'merged revision')} edited, with the same SQL"
    if review.revisions:
        yield plural(len(review.revisions), "revision")
        blocking = dict.fromkeys(hold.relation for hold in holds(review) if hold.blocks_writes)
        yield f"only brief locks ({listed([*blocking], 3)})" if blocking else "no blocking locks"
        yield "reversible"
