"""How long each lock on a table in use is held, from which statement to which, and why.

    for hold in holds(review):
        hold.relation, hold.mode, hold.blocks, hold.first, hold.last, hold.why, hold.seconds

Pure: it knows what the document says and nothing else. A lock is held to the end of its transaction, and each
revision counts as a transaction of its own, as the scratch server ran it.
"""

from __future__ import annotations

from assay.model import Direction
from assay.review._hold import Blocks, Hold, Why, Work
from assay.review._holding import TABLES, Reader, blocked, made_by
from assay.review.model import Review
from assay.stats import Stats, TableSize

__all__ = ["Blocks", "Hold", "Why", "Work", "blocked", "holds"]


def holds(review: Review, direction: Direction = "upgrade") -> tuple[Hold, ...]:
    """Every lock of the new revisions on what existed before them, in the order in which they are taken.

    One that another on the same relation (of an index: on its table) covers, as strong for as long, is left
    out. So is what an earlier of the new revisions made: nobody uses it yet.
    """
    sizes = Stats({name: TableSize(size.rows, size.bytes) for name, size in review.sizes.items()})
    made: frozenset[str] = frozenset()
    found: list[Hold] = []
    for revision in review.revisions:
        found += Reader(revision, direction, sizes, made).holds()
        made |= made_by(revision, (*TABLES, "index", "sequence"))
    return tuple(found)
