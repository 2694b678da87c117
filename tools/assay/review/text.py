"""The review on a terminal: the verdict first, then the answers, then what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO

from assay._clean import clean
from assay.report._surface import Line, Piece, Surface, surface
from assay.report.documents import FindingDocument, WaivedDocument
from assay.review._hold import Hold
from assay.review.answers import FEW, answers
from assay.review.locks import holds
from assay.review.model import Environment, Review
from assay.review.rollback import Rollback, rollbacks
from assay.review.verdict import judge
from assay.review.words import about, listed, plural

MANY = 20
"""Lines of one kind that are shown; the others are counted, for JSON and HTML have them."""

STYLES = {"stop": "error", "look": "warning", "go": "good", "nothing": "good"}
_SIGNS = {"new": ("+", "good"), "added": ("+", "good"), "removed": ("-", "error")}


def render(review: Review) -> str:
    """The text as a pipe gets it."""
    stream = StringIO()
    out = surface(stream, "never")
    out.write(lines(review, out))
    return stream.getvalue()


def lines(review: Review, surface: Surface) -> Iterator[Line]:  # noqa: ARG001 - what every report is given
    """Every line of it."""
    judged = judge(review)
    told = "; ".join(map(clean, judged.told))
    yield Line(((judged.opening, STYLES[judged.advice]), (": ", "")), ((f"{told}.", ""),), rest="  ")
    if judged.advice != "nothing":
        yield Line()
        yield from (_answer(*each) for each in answers(review))
        yield from _section("History", [_node(review, n) for n in range(len(review.history.nodes))])
        yield from _section("Pending after the merge", [_environment(each) for each in review.environments])
        yield from _section("Schema", [_change(each.mark, each.ddl) for each in review.schema.changes])
        yield from _section(
            "Locks", [_hold(each) for each in holds(review) if each.blocks_writes or each.blocks_rows]
        )
        yield from _section("Way back", [_rollback(each) for each in rollbacks(review)])
    yield from _section("Findings", [line for each in review.findings for line in _finding(each)], most=None)
    yield from _asides(review.waived, review.notes)


def _answer(question: str, answer: str) -> Line:
    return Line(((f"  {question:<23}", "strong"),), ((clean(answer), ""),), rest=" " * 25)


def _section(title: str, found: Sequence[Line | None], most: int | None = MANY) -> Iterator[Line]:
    shown = [line for line in found if line is not None]
    if shown:
        yield Line()
        yield Line(((title, "strong"),))
        yield from shown[:most]
    if most is not None and len(shown) > most:
        yield Line(((f"  and {len(shown) - most:,} more", "quiet"),))


def _node(review: Review, n: int) -> Line | None:
    node = review.history.nodes[n]
    if node.state == "merged":
        return None
    sign, style = _SIGNS.get(node.state, ("~", "warning"))
    marks = ", ".join([node.state, *(["head"] if node.head else [])])
    facts: tuple[Piece, ...] = ((f"  {clean(node.message)}", ""), (f"  {clean(node.path)}", "place"))
    return Line(((f"  {sign} ", style), (clean(node.id), "strong"), (f"  {marks}", style), *facts))


def _environment(each: Environment) -> Line:
    if each.problem is not None:
        told = f"could not be asked: {each.problem}"
    elif each.at is None:
        told = "not asked"
    elif each.unknown:
        told = f"runs nothing: {listed(each.unknown, FEW)} is not in this history"
    else:
        told = (
            f"at {listed(each.at, FEW) or 'nothing yet'}, will run {listed(each.pending, FEW) or 'nothing'}"
        )
    return Line(((f"  {clean(each.name)}  ", "strong"),), ((clean(told), ""),), rest="    ")


def _change(mark: str, ddl: str) -> Line:
    sign, style = _SIGNS.get(mark, ("~", "warning"))
    first, *others = ddl.split("\n")
    more = f"  (and {plural(len(others), 'line')})" if others else ""
    return Line(((f"  {sign} {clean(first)}", style), (more, "quiet")))


def _hold(hold: Hold) -> Line:
    style = "error" if hold.blocks_reads else "warning"
    time = f", {about(hold.at_least)}" if hold.at_least else ""
    why = f"{hold.blocks} wait: {hold.reason}{time}"
    head = (
        (f"  {clean(hold.revision)}  ", ""),
        (clean(hold.relation), "strong"),
        (f"  {hold.mode}  ", style),
    )
    return Line(head, ((why, ""),), rest="    ")


def _rollback(each: Rollback) -> Line:
    style = {True: "good", False: "error", None: "warning"}[each.reversible]
    told = [each.why]
    if each.lost:
        told.append(f"lost: {listed(each.lost, FEW)}")
    if each.left:
        told.append(f"left behind: {listed(each.left, FEW)}")
    head = ((f"  {clean(each.revision)}  ", "strong"), (f"{each.answer}  ", style))
    return Line(head, ((clean("; ".join(told)), ""),), rest="    ")


def _finding(finding: FindingDocument) -> Iterator[Line]:
    label = ((f"  {finding.severity}", finding.severity), (f"[{clean(finding.rule)}]", "strong"), (": ", ""))
    yield Line(label, ((clean(" ".join(finding.message.split())), ""),), rest="    ")
    if finding.path is not None:
        line = "" if finding.line is None else f":{finding.line}"
        yield Line((("    --> ", "quiet"), (f"{clean(finding.path)}{line}", "place")))


def _asides(waived: Sequence[WaivedDocument], notes: Sequence[str]) -> Iterator[Line]:
    if waived or notes:
        yield Line()
    for each in waived:
        label: tuple[Piece, ...] = ((f"waived[{clean(each.rule)}]", "quiet"), (": ", ""))
        yield Line(label, ((clean(each.reason), ""),), rest="  ")
    for note in notes:
        yield Line((("note: ", "note"),), ((clean(note), ""),), rest="  ")
