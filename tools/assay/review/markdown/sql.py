"""The exact SQL, with the lines it comes from, and the questions to ask of real data: both folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from assay.report.documents import RevisionDocument, StatementDocument
from assay.review.markdown.escape import code, details, fence, html_code, text
from assay.review.markdown.fit import Lazy, Part
from assay.review.markdown.place import LEAST, PREFLIGHT, SQL, Place
from assay.review.model import Question
from assay.review.state import state
from assay.review.words import plural

BETWEEN = "\n\n"
"""Two statements."""

FEW, NAME = 3, 100
"""Names of revisions whose SQL is left out, and their characters."""


def parts(place: Place) -> Iterator[Part]:
    """A fold a revision; a fold of questions."""
    told = [revision for revision in place.review.revisions if revision.statements]
    if told:

        def said(gone: Sequence[int]) -> str:
            return place.without(f"the SQL of {_names([told[n].id for n in gone])}")

        items = [_revision(revision) for revision in told]
        yield Part("### SQL", items, rank=SQL, left_out=said, largest_first=True, glue="\n\n", least=LEAST)
    if place.review.preflight:
        yield from _preflight(place)


def _names(names: Sequence[str]) -> str:
    more = len(names) - FEW
    shown = ", ".join(code(name, NAME) for name in names[:FEW])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _revision(revision: RevisionDocument) -> str:
    blocks = []
    for direction in ("upgrade", "downgrade"):
        own = [each for each in revision.statements if each.direction == direction]
        if own:
            title = f"{direction.capitalize()}, {plural(len(own), 'statement')}:"
            blocks.append(f"{title}\n\n{fence('sql', BETWEEN.join(map(_statement, own)))}")
    return details(f"{html_code(revision.id)} {html_code(revision.message)}", "\n\n".join(blocks))


def _statement(statement: StatementDocument) -> str:
    outside = "" if statement.in_transaction else ", outside a transaction"
    told = state(statement)
    unseen = "" if told in ("seen", "not run") else f", {told}"
    return f"-- line {statement.line}{outside}{unseen}\n{statement.sql};"


def _preflight(place: Place) -> Iterator[Part]:
    asked = place.review.preflight
    head = f"<details><summary>{plural(len(asked), 'question')} to ask of the real data first</summary>"
    yield Part(
        f"### Pre-flight\n\n{head}",
        Lazy(asked, partial(_question, place)),
        rank=PREFLIGHT,
        left_out=place.left_out("question"),
        glue="\n\n",
        tail="</details>",
        least=LEAST,
    )


def _question(place: Place, question: Question) -> str:
    first = f"**{text(question.title)}?** {place.at(question.path, question.line)}"
    if question.sql is None:
        return f"{first}\\\nCannot be asked: {text(question.why or '')}"
    expected = f"\n\n{text(f'Expect {question.expected}.')}" if question.expected is not None else ""
    return f"{first}{expected}\n\n{fence('sql', f'{question.sql};')}"
