"""The reviewer's four questions and their answers, for the top of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assay.review._hold import Hold
from assay.review.html.sections import is_unproven
from assay.review.model import Review
from assay.review.rollback import rollbacks
from assay.review.words import duration, listed, plural

Tone = Literal["good", "warn", "bad", "plain"]


@dataclass(frozen=True)
class Card:
    """One question."""

    title: str
    answer: str
    more: str
    tone: Tone
    anchor: str
    """The section that tells it all."""


def cards(review: Review, holds: Sequence[Hold]) -> list[Card]:
    """What runs, what it locks, whether it can go back, whether it is proven."""
    return [_runs(review), _locks(holds), _back(review), _proof(review)]


def _runs(review: Review) -> Card:
    upgrades = sum(
        each.direction == "upgrade" for revision in review.revisions for each in revision.statements
    )
    pending = [
        f"{len(place.pending)} on {place.name}" for place in review.environments if place.at is not None
    ]
    answer = f"{plural(upgrades, 'statement')} in {plural(len(review.revisions), 'new revision')}"
    return Card("What will run", answer, f"Pending: {listed(pending, 3)}" if pending else "", "plain", "sql")


def _locks(holds: Sequence[Hold]) -> Card:
    stopping = [hold for hold in holds if hold.blocks_writes]
    if not stopping:
        return Card(
            "What it locks",
            "Nobody waits",
            "No table in use is locked against reads or writes",
            "good",
            "locks",
        )
    worst = next((hold for hold in stopping if hold.lasts and hold.blocks_reads), None)
    worst = worst or max(stopping, key=lambda hold: (hold.lasts, hold.blocks_reads))
    tables = list(dict.fromkeys(hold.relation for hold in stopping if hold.blocks == worst.blocks))
    more = _how_long(worst) + f": {listed(tables, 2)}"
    return Card("What it locks", f"Blocks {worst.blocks}", more, _tone(worst), "locks")


def _how_long(hold: Hold) -> str:
    if not hold.lasts:
        return "Briefly"
    if hold.seconds is None:
        return "For as long as the table is large" if hold.why != "not known" else "Not known for how long"
    return f"About {duration(hold.seconds)}"


def _tone(hold: Hold) -> Tone:
    return "bad" if hold.lasts and hold.blocks_reads else "warn" if hold.lasts else "plain"


def _back(review: Review) -> Card:
    every = rollbacks(review)
    stuck = [each.revision for each in every if each.reversible is False]
    unknown = [each.revision for each in every if each.reversible is None]
    if stuck:
        return Card("Can it go back", "Not fully", listed(stuck, 3), "warn", "rollback")
    if unknown:
        return Card("Can it go back", "Not known", listed(unknown, 3), "warn", "rollback")
    if not every:
        return Card("Can it go back", "Nothing to take back", "", "plain", "rollback")
    return Card(
        "Can it go back", "Yes", "Up, down and up again: schema and values come back", "good", "rollback"
    )


def _proof(review: Review) -> Card:
    every = [each for revision in review.revisions for each in revision.statements]
    unproven = sum(map(is_unproven, every))
    servers = listed(review.servers, 2)
    if not every:
        return Card("Is it proven", "Nothing ran", "", "plain", "about")
    if unproven:
        return Card(
            "Is it proven",
            f"{unproven:,} of {plural(len(every), 'statement')} unproven",
            servers,
            "warn",
            "sql",
        )
    return Card("Is it proven", "Every statement ran", f"on {servers}" if servers else "", "good", "about")
