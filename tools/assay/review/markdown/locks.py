"""The locks that somebody waits for: a table and a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from assay.review.locks import Hold, holds
from assay.review.markdown.escape import code, text
from assay.review.markdown.fit import Lazy, Part
from assay.review.markdown.history import diagram
from assay.review.markdown.place import LEAST, LOCK, Place
from assay.review.words import about, plural, short

STATEMENT = 70
"""Characters of a statement that the table shows."""

_HEAD = (
    "| Statement | Relation | Lock | Blocks | Held | Rewrite | Scan | Rows | Time |\n"
    "| --- | --- | --- | --- | --- | :-: | :-: | --: | --: |"
)


def parts(place: Place) -> Iterator[Part]:
    """Every lock that keeps writers or readers out, or that lasts; the others are counted."""
    found = holds(place.review)
    told = [hold for hold in found if hold.blocks_writes or hold.lasts]
    if not found:
        return
    others = len(found) - len(told)
    verb = "blocks" if others == 1 else "block"
    rest = f"{plural(others, 'brief lock')} that {verb} neither reads nor writes" if others else ""
    if not told:
        yield Part(f"### Locks\n\nNone that anybody waits for; {rest}.")
        return
    yield Part("### Locks")
    yield from diagram(place, "locks")
    tail = f"Besides {rest}." if rest else ""
    rows, said = Lazy(told, partial(_row, place)), place.left_out("lock")
    yield Part("", rows, rank=LOCK, left_out=said, tail=tail, columns=_HEAD, least=LEAST)


def _row(place: Place, hold: Hold) -> str:
    revision = place.revisions[hold.revision]
    first, last = revision.statements[hold.first], revision.statements[hold.last]
    sql = " ".join(first.sql.split())
    sql = sql if len(sql) <= STATEMENT else f"{sql[: STATEMENT - 1]}…"
    cells = (
        f"{code(hold.revision)} {place.line(first.path, first.line)} {code(sql)}",
        f"{text(hold.kind)} {code(hold.relation)}",
        text(_mode(hold.mode)),
        f"**{hold.blocks}**" if hold.blocks_writes else hold.blocks,
        _held(place, hold, last.path, last.line),
        _done(hold, "rewrite"),
        _done(hold, "scan", "index build"),
        "" if hold.rows is None else short(hold.rows),
        _time(hold),
    )
    return f"| {' | '.join(cells)} |"


def _held(place: Place, hold: Hold, path: str, line: int) -> str:
    why = {"later statement": "a later statement works", "brief": "a moment"}.get(hold.why, hold.why)
    more = hold.last - hold.first
    return f"{why}; to {place.line(path, line)}, {plural(more, 'statement')} on" if more else why


def _done(hold: Hold, *kinds: str) -> str:
    """What is done to the relation itself while it is held."""
    own = [
        work.kind for work in hold.works if work.kind in kinds and work.table in (hold.relation, hold.table)
    ]
    return ", ".join("yes" if kind == kinds[0] else kind for kind in dict.fromkeys(own))


def _time(hold: Hold) -> str:
    if hold.seconds is not None:
        return about(hold.seconds) if hold.works else "a moment"
    return f"at least {about(hold.at_least)}" if hold.at_least else "?"


def _mode(mode: str) -> str:
    """`ACCESS EXCLUSIVE`, as PostgreSQL's manual has it."""
    name = mode.removesuffix("Lock")
    return "".join(f" {c}" if c.isupper() else c for c in name).strip().upper()
