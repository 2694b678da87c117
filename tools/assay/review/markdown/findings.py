"""The findings, each with its place and what to do about it; what was waived; the notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal, NamedTuple

from assay.report.documents import FindingDocument, WaivedDocument
from assay.review.markdown.escape import MOST_BLOCK, code, details, fence, shortened, text
from assay.review.markdown.fit import Lazy, Part
from assay.review.markdown.place import ASIDE, FINDING, LEAST, Place
from assay.review.words import plural

SIGNS = {"error": "⛔", "warning": "⚠️", "note": "💡"}
_WORST_FIRST = ("error", "warning", "note")

MANY = 8
"""Places of a finding that are told, and findings that are told for as long as can be."""


class _Told(NamedTuple):
    """Findings that say the same, and whether their advice is told with them."""

    alike: list[FindingDocument]
    advice: bool


def parts(place: Place) -> Iterator[Part]:
    """The worst first, in the order of the history."""
    found = sorted(place.review.findings, key=lambda finding: _WORST_FIRST.index(finding.severity))
    if found:
        alike, said = _alike(found), {(each.rule, each.advice) for each in found}
        whole, brief = _first(alike, "advice"), _first(alike, "rule")
        yield Part(
            f"### {plural(len(found), 'finding')}",
            Lazy(whole, partial(_finding, place)),
            rank=FINDING,
            left_out=lambda gone: place.left_out("finding")(range(sum(len(alike[n]) for n in gone))),
            glue="\n\n",
            least=MANY,
            brief=Lazy(brief, partial(_finding, place)) if len(said) > len({f.rule for f in found}) else None,
        )


def asides(place: Place) -> Iterator[Part]:
    """What was accepted on purpose, and what the run has to say."""
    if place.review.waived:
        rows = Lazy(place.review.waived, partial(_waived, place))
        title = f"### {plural(len(rows), 'waived finding')}"
        head = "| Rule | Where | Finding | Why it is accepted |\n| --- | --- | --- | --- |"
        said = place.left_out("waived finding")
        yield Part(title, rows, rank=ASIDE, left_out=said, columns=head, least=LEAST)
    if place.review.notes:
        notes = Lazy(place.review.notes, lambda note: f"- {text(note)}")
        yield Part("### Notes\n", notes, rank=ASIDE, left_out=place.left_out("note"), least=LEAST)


def _alike(found: Sequence[FindingDocument]) -> list[list[FindingDocument]]:
    """Those together that say the same of several places."""
    groups: dict[tuple[str, ...], list[FindingDocument]] = {}
    for each in found:
        groups.setdefault((each.severity, each.rule, each.message, each.advice), []).append(each)
    return [*groups.values()]


def _first(alike: Sequence[list[FindingDocument]], by: Literal["advice", "rule"]) -> list[_Told]:
    """Each group, and whether its advice is told: with the first that has that advice, or that rule."""
    told, seen = [], set[tuple[str, str]]()
    for each in alike:
        what = (each[0].rule, each[0].advice if by == "advice" else "")
        told.append(_Told(each, what not in seen))
        seen.add(what)
    return told


def _finding(place: Place, told: _Told) -> str:
    finding = told.alike[0]
    places = dict.fromkeys(place.at(each.path, each.line) for each in told.alike[:MANY])
    where = ", ".join(filter(None, places))
    if len(told.alike) > MANY:
        where = f"{where} and {len(told.alike) - MANY:,} more times".lstrip()
    first = f"- {SIGNS[finding.severity]} **{finding.severity}** {code(finding.rule)}"
    sentence, _, rest = finding.message.strip("\n").partition("\n")
    said = f"{first} {where}".rstrip() + f"\\\n  {text(sentence)}"
    gap = "\\\n"
    if rest.strip():
        gap = "\n\n"
        said += gap + _indented(fence("text", shortened(rest, MOST_BLOCK)))
    advice = finding.advice.strip("\n")
    if not advice.strip() or not told.advice:
        return said
    if "\n" not in advice:
        return f"{said}{gap}  *What to do:* {text(advice)}"
    block = details("What to do", fence("text", shortened(advice, MOST_BLOCK)))
    return f"{said}\n\n{_indented(block)}"


def _waived(place: Place, waived: WaivedDocument) -> str:
    cells = (code(waived.rule), place.at(waived.path, waived.line), text(waived.message), text(waived.reason))
    return f"| {' | '.join(cells)} |"


def _indented(block: str) -> str:
    return "\n".join(f"  {line}" if line else line for line in block.split("\n"))
