"""The reviewer's questions and their answers, for the top of the page: the same as everywhere, in colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from assay.review._facts import lasts
from assay.review._hold import Hold
from assay.review.answers import answers
from assay.review.html.shown import shown
from assay.review.model import Review
from assay.review.rollback import rollbacks

Tone = Literal["good", "warn", "bad", "plain"]
ANCHORS = ("schema", "locks", "rollback", "environments", "sql")
"""The sections that tell it all, in the order of the questions."""


@dataclass(frozen=True)
class Card:
    """One question."""

    question: str
    answer: Markup
    tone: Tone
    anchor: str


def cards(review: Review, holds: Sequence[Hold]) -> list[Card]:
    """What changes, what locks, can it go back, what will run, is anything unproven."""
    found = answers(review)
    quiet: Tone = "good" if found[4].answer == "no" else "warn"
    tones: tuple[Tone, ...] = ("plain", _locks(holds), _back(review), "plain", quiet)
    anchors = [anchor if anchor != "environments" or review.environments else "sql" for anchor in ANCHORS]
    told = zip(found, tones, anchors, strict=True)
    return [Card(each.question, ticked(each.answer), tone, anchor) for each, tone, anchor in told]


def ticked(text: str) -> Markup:
    """The text with what stands in back-ticks as code."""
    parts = [escape(part) for part in shown(text).split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(parts))


def _locks(holds: Sequence[Hold]) -> Tone:
    waiting = [hold for hold in holds if hold.blocks_writes or hold.blocks_rows]
    if any(lasts(hold) and hold.blocks_reads for hold in waiting):
        return "bad"
    return "warn" if any(map(lasts, waiting)) else "plain" if waiting else "good"


def _back(review: Review) -> Tone:
    found = {each.reversible for each in rollbacks(review)}
    return "plain" if not found else "good" if found == {True} else "warn"
