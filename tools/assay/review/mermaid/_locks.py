"""Which table is locked from which statement to which: a Gantt chart whose time is the statement's number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assay.review.locks import Blocks, Hold, holds
from assay.review.mermaid._fit import CHARACTERS, Drawing, fitted
from assay.review.mermaid._text import label
from assay.review.model import Review
from assay.review.words import duration

_WEIGHT: tuple[Blocks, ...] = (
    "reads and writes",
    "writes",
    "writes of the same rows",
    "other schema changes",
)
"""What is left out last, and so on."""

_TICKS = 20
"""More numbers than these do not fit below a chart as wide as a comment."""

_NAME = 58
"""Characters of a name at the left."""

_LETTER = 6.2
"""Pixels of a letter in Mermaid's 11-pixel type, where half of them are capitals."""


def locks(review: Review, characters: int = CHARACTERS) -> str | None:
    """A Gantt chart of the locks on what was there before; None where no lock keeps anybody waiting.

    A row is a lock on a relation, a bar reaches over the statements that hold it, by their numbers in the
    revision, and says who waits. (A second of the chart's time is a statement: Mermaid knows no other axis.)
    Locks that only other schema changes wait for are drawn where they last. Where it would exceed
    `characters`, those that block least are left out first, and the title says how many.
    """
    found = [hold for hold in holds(review) if hold.blocks != "other schema changes" or hold.lasts]
    if not found:
        return None
    weighed = sorted(range(len(found)), key=lambda n: (_WEIGHT.index(found[n].blocks), not found[n].lasts))
    return fitted(weighed, lambda kept: _draw(found, kept), characters)


def _draw(found: Sequence[Hold], kept: Sequence[int]) -> Drawing:
    drawn = [found[n] for n in sorted(kept)]
    several = len({hold.revision for hold in found}) > 1
    names = [_name(hold, several) for hold in drawn]
    most = max((hold.last for hold in drawn), default=0) + 1
    left = len(found) - len(drawn)
    title = f", {left:,} more not shown" if left else ""
    rows = [f"  section {label(name, _NAME)}\n{_bar(hold)}" for name, hold in zip(names, drawn, strict=True)]
    return Drawing(
        (
            "---\nconfig:\n  gantt:",
            "    rightPadding: 20",
            f"    leftPadding: {20 + max(map(len, names), default=0) * _LETTER:.0f}\n---",
            "gantt",
            f"  title Locks, by number of statement{title}",
            "  dateFormat x\n  axisFormat %s\n  todayMarker off",
            f"  tickInterval {-(-most // _TICKS)}second",
            *rows,
        )
    )


def _name(hold: Hold, several: bool) -> str:
    """`companies ACCESS EXCLUSIVE`, with the revision before it where there are several."""
    mode = " ".join(re.findall("[A-Z][a-z]+", hold.mode.removesuffix("Lock"))).upper()
    before = f"{hold.revision[:12]} " if several else ""
    room = _NAME - len(before) - len(mode) - 1
    relation = hold.relation if len(hold.relation) <= room else hold.relation[: room - 1] + "…"
    return f"{before}{relation} {mode}"


def _bar(hold: Hold) -> str:
    """A number stands below the middle of its statement, so a bar begins half a statement before."""
    start, length = hold.first * 1000 + 500, hold.last - hold.first + 1
    lasts = f", about {duration(hold.seconds)}" if hold.seconds else ""
    tag = "crit, " if hold.blocks_reads else ""
    return f"  {label(f'{hold.blocks} wait{lasts}')} :{tag}{start}, {length}s"
