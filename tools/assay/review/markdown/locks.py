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
    "| Statement | Relation | Lock | Blocks | Rewrite | Scan | Rows | Held for |\n"
    "| --- | --- | --- | --- | --- | --- | --: | --- |"
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
        *_done(hold),
        "" if hold.rows is None else short(hold.rows).replace(" ", "&nbsp;"),
        _held(place, hold, last.path, last.line),
    )
    return f"| {' | '.join(cells)} |"


def _held(place: Place, hold: Hold, path: str, line: int) -> str:
    """Roughly how long, and to which statement's end; for whose work, where it is not the relation's own."""
    others = list(dict.fromkeys(f"{work.kind} of {code(work.table)}" for work in hold.works))
    why = f" ({', '.join(others)})" if hold.why == "later statement" else ""
    more = hold.last - hold.first
    to = f", to {place.line(path, line)}, {plural(more, 'statement')} on" if more else ""
    return f"{_time(hold)}{why}{to}"


def _done(hold: Hold) -> tuple[str, str]:
    """Rewrite and scan of the relation itself while it is held; what writes all of it reads all of it."""
    own = {work.kind for work in hold.works if work.table in (hold.relation, hold.table)}
    rewrite = "yes" if "rewrite" in own else "every row" if "write of every row" in own else ""
    return rewrite, "index build" if own == {"index build"} else "yes" if own else ""


def _time(hold: Hold) -> str:
    if hold.seconds is not None:
        return about(hold.seconds) if hold.works else "a moment"
    return f"at least {about(hold.at_least)}" if hold.at_least else "not known"


def _mode(mode: str) -> str:
    """`ACCESS EXCLUSIVE`, as PostgreSQL's manual has it."""
    name = mode.removesuffix("Lock")
    return "".join(f" {c}" if c.isupper() else c for c in name).strip().upper()
