"""Whether it can be taken back, revision by revision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.review.markdown.escape import code, text
from assay.review.markdown.fit import Lazy, Part
from assay.review.markdown.place import BACK, LEAST, Place
from assay.review.rollback import Rollback, rollbacks

MANY = 4
"""More than this in a cell is counted."""

_HEAD = """| Revision | Can go back | Why | Lost | Left behind |
| --- | --- | --- | --- | --- |"""

_SIGNS = {True: "✅ yes", False: "⛔ **no**", None: "❔ not known"}


def parts(place: Place) -> Iterator[Part]:
    """What the round trip showed of each; where all is well, one sentence."""
    found = rollbacks(place.review)
    if not found:
        return
    if all(each.reversible for each in found):
        yield Part("### Way back\n\nEvery new revision went up, down and up again and left nothing behind.")
        return
    said = place.left_out("revision")
    yield Part("### Way back", Lazy(found, _row), rank=BACK, left_out=said, columns=_HEAD, least=LEAST)


def _row(each: Rollback) -> str:
    cells = (code(each.revision), _SIGNS[each.reversible], text(each.why), _some(each.lost), _some(each.left))
    return f"| {' | '.join(cells)} |"


def _some(items: Sequence[str]) -> str:
    more = len(items) - MANY
    shown = "; ".join(map(text, items[:MANY]))
    return f"{shown} and {more:,} more" if more > 0 else shown
