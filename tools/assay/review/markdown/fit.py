"""Makes a page fit a limit: what is cut is cut in a sensible order, and said where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

GAP = "\n\n"
"""Between two parts."""


@dataclass
class Part:
    """A part of the page: something that stays, and items of which some may be left out."""

    head: str
    """What stands before the items: a heading, the header of a table; it stays."""
    items: Sequence[str] = ()
    rank: int = 0
    """The smaller, the earlier it is cut."""
    left_out: Callable[[Sequence[int]], str] = field(default=lambda _: "")
    """What is said in place of the items at these places; it must not grow with them."""
    largest_first: bool = False
    """Which of the items go first; otherwise it is the last ones."""
    glue: str = "\n"
    """Between two items."""
    tail: str = ""
    """What stands behind the items; it stays."""
    cut: int = 0
    """How many items are left out."""

    @property
    def order(self) -> list[int]:
        """The items' places, in the order in which they go."""
        places = list(range(len(self.items)))
        if self.largest_first:
            return sorted(places, key=lambda n: (-size(self.items[n]), -n))
        return places[::-1]

    def text(self) -> str:
        """The part, as far as it is left."""
        gone = sorted(self.order[: self.cut])
        kept = [item for n, item in enumerate(self.items) if n not in set(gone)]
        said = self.left_out(gone) if gone else ""
        between = self.glue if self.head and kept else ""
        shown = self.head + between + self.glue.join(kept)
        return GAP.join(part for part in (shown, said, self.tail) if part)


def size(text: str) -> int:
    """Bytes of UTF-8: never less than what a limit counts, be it characters, UTF-16 units or bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def fitted(parts: Sequence[Part], limit: int) -> str:
    """The page in at most `limit` bytes, as far as cutting every item makes it so."""
    over = size(GAP.join(part.text() for part in parts)) + 1 - limit
    for part in sorted(parts, key=lambda part: part.rank):
        if over <= 0:
            break
        before = size(part.text())
        part.cut = _fewest(part, before - over)
        over -= before - size(part.text())
    return GAP.join(text for part in parts if (text := part.text())) + "\n"


def _fewest(part: Part, wanted: int) -> int:
    """How many items have to go for the part to be no larger than `wanted`; all where that is not enough."""
    low, high = 0, len(part.items)
    while low < high:
        part.cut = middle = (low + high) // 2
        if size(part.text()) <= wanted:
            high = middle
        else:
            low = middle + 1
    return low
