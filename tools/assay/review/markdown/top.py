"""What is read first, the verdict and the answers; and the foot of the page."""

from __future__ import annotations

from collections.abc import Iterator

from assay.review.answers import FEW, answers
from assay.review.markdown.escape import code, link, text
from assay.review.markdown.fit import Part
from assay.review.markdown.place import Place
from assay.review.verdict import judge

SIGNS = {"stop": "⛔", "look": "⚠️", "go": "✅", "nothing": "⚪"}
FACT, ANSWER, NAME = 400, 600, 100
"""Characters of a fact of the verdict, of an answer, of a name in the foot: what is never cut is short."""


def head(place: Place) -> Iterator[Part]:
    """The verdict in one line, then what a reviewer asks, answered."""
    judged = judge(place.review)
    facts = "; ".join(text(fact, FACT) for fact in judged.told)
    yield Part(f"## {SIGNS[judged.advice]} {judged.opening}\n\n**{facts}.**")
    if judged.advice != "nothing":
        asked = answers(place.review)
        yield Part("\n".join(f"- **{each.question}** {text(each.answer, ANSWER)}" for each in asked))


def foot(place: Place) -> Iterator[Part]:
    """What made this, of which commit, on which servers."""
    review, source = place.review, place.review.source
    facts = [f"Assay {text(review.tool.version, NAME)}"]
    facts += [text(server, NAME) for server in review.servers[:FEW]]
    if source.head_commit:
        facts.append(link(f"commit `{source.head_commit[:12]}`", place.links.commit(source.head_commit)))
    if source.base_commit:
        against = f"against {code(source.base_ref, NAME)} " if source.base_ref else "against "
        facts.append(against + link(f"`{source.base_commit[:12]}`", place.links.commit(source.base_commit)))
    if source.uncommitted:
        facts.append("with changes that are not committed, so lines may be off")
    if place.links.run:
        facts.append(f"[workflow run]({place.links.run})")
    yield Part("---\n\n" + " · ".join(facts))
