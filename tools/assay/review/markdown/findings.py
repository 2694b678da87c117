"""The findings, each with its place and what to do about it; what was waived; the notes."""

from __future__ import annotations

from collections.abc import Iterator

from assay.report.documents import FindingDocument, WaivedDocument
from assay.review.markdown.escape import MOST_BLOCK, code, details, fence, shortened, text
from assay.review.markdown.fit import Part
from assay.review.markdown.place import ASIDE, FINDING, Place
from assay.review.words import plural

SIGNS = {"error": "⛔", "warning": "⚠️", "note": "💡"}
_WORST_FIRST = ("error", "warning", "note")


def parts(place: Place) -> Iterator[Part]:
    """The worst first, in the order of the history."""
    found = sorted(place.review.findings, key=lambda finding: _WORST_FIRST.index(finding.severity))
    if found:
        yield Part(
            f"### {plural(len(found), 'finding')}",
            [_finding(place, finding) for finding in found],
            rank=FINDING,
            left_out=place.left_out("finding"),
            glue="\n\n",
        )


def asides(place: Place) -> Iterator[Part]:
    """What was accepted on purpose, and what the run has to say."""
    if place.review.waived:
        rows = [_waived(place, each) for each in place.review.waived]
        title = f"### {plural(len(rows), 'waived finding')}"
        head = f"{title}\n\n| Rule | Where | Finding | Why it is accepted |\n| --- | --- | --- | --- |"
        yield Part(head, rows, rank=ASIDE, left_out=place.left_out("waived finding"))
    if place.review.notes:
        notes = [f"- {text(note)}" for note in place.review.notes]
        yield Part("### Notes\n", notes, rank=ASIDE, left_out=place.left_out("note"), glue="\n")


def _finding(place: Place, finding: FindingDocument) -> str:
    where = place.at(finding.path, finding.line)
    first = f"- {SIGNS[finding.severity]} **{finding.severity}** {code(finding.rule)}"
    said = f"{first} {where}".rstrip() + f"\\\n  {text(finding.message)}"
    advice = finding.advice.strip("\n")
    if not advice.strip():
        return said
    if "\n" not in advice:
        return f"{said}\\\n  *What to do:* {text(advice)}"
    block = details("What to do", fence("text", shortened(advice, MOST_BLOCK)))
    return f"{said}\n\n{_indented(block)}"


def _waived(place: Place, waived: WaivedDocument) -> str:
    cells = (code(waived.rule), place.at(waived.path, waived.line), text(waived.message), text(waived.reason))
    return f"| {' | '.join(cells)} |"


def _indented(block: str) -> str:
    return "\n".join(f"  {line}" if line else line for line in block.split("\n"))
