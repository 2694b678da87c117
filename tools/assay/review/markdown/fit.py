"""Makes a page fit a limit: what is cut is cut in a sensible order, and said where it was.

First what says the same again is said once, then each part is cut down to a few items, and only where that is
not enough it is cut down to none. An item that cannot fit is never made: `Lazy` ones are asked for in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, takewhile
from typing import Generic, TypeVar, overload

GAP = "\n\n"
"""Between two parts."""

LEAST_BYTES = 3_000
"""Of the items that a part keeps for as long as it can."""

T = TypeVar("T")


class Lazy(Sequence[str], Generic[T]):
    """Items that are made when they are asked for."""

    def __init__(self, values: Sequence[T], make: Callable[[T], str]) -> None:
        self._values, self._make = values, make

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, n: int) -> str: ...
    @overload
    def __getitem__(self, n: slice) -> Sequence[str]: ...
    def __getitem__(self, n: int | slice) -> str | Sequence[str]:
        return Lazy(self._values[n], self._make) if isinstance(n, slice) else self._make(self._values[n])


@dataclass
class Part:
    """A part of the page: something that stays, and items of which some may be left out."""

    head: str
    """What stands before the items: a heading; it stays."""
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
    columns: str = ""
    """The header of a table: what stands between the head and the items, and goes with the last of them."""
    least: int = 0
    """How many items stay, if they are not long, until every other part is down to as few."""
    brief: Sequence[str] | None = None
    """The items without what an earlier one says already, for where it is tight."""


def size(text: str) -> int:
    """Bytes of UTF-8: never less than what a limit counts, be it characters, UTF-16 units or bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def fitted(parts: Sequence[Part], limit: int) -> str:
    """The page in at most `limit` bytes, as far as cutting every item makes it so."""
    made = [_Fitting(part, limit) for part in parts]
    if _over(made, limit) > 0 or any(part.kept < len(part.part.items) for part in made):
        made = [_Fitting(part, limit, brief=True) for part in parts]
    in_order = sorted(made, key=lambda each: each.part.rank)
    over = _over(made, limit)
    for every in (False, True):
        for each in in_order:
            if over <= 0:
                break
            before = size(each.text())
            each.cut(before - over, 0 if every else each.least)
            over -= before - size(each.text())
    return GAP.join(text for each in made if (text := each.text())) + "\n"


def _over(parts: Sequence[_Fitting], limit: int) -> int:
    return size(GAP.join(part.text() for part in parts)) + 1 - limit


class _Fitting:
    """A part, and how much of it is kept."""

    def __init__(self, part: Part, limit: int, *, brief: bool = False) -> None:
        self.part = part
        items = part.brief if brief and part.brief is not None else part.items
        glue = size(part.glue)
        if part.largest_first:
            every = dict(enumerate(items))
            order = sorted(every, key=lambda n: (size(every[n]), n))
            sums = accumulate(size(every[n]) + glue for n in order)
            fitting = sum(1 for _ in takewhile(lambda total: total <= limit + glue, sums))
            self._items = [(n, every[n]) for n in order[:fitting]]
        else:
            self._items = list(enumerate(_within(items, glue, limit)))
        self.kept = len(self._items)
        """How many of them are shown."""
        self.least = sum(
            1 for _ in _within([item for _, item in self._items[: part.least]], glue, LEAST_BYTES)
        )

    def cut(self, wanted: int, least: int) -> None:
        """Show as many as can be for the part to be no larger than `wanted`, or `least`."""
        low, high = min(least, self.kept), self.kept
        while low < high:
            self.kept = (low + high + 1) // 2
            if size(self.text()) <= wanted:
                low = self.kept
            else:
                high = self.kept - 1
        self.kept = low

    def text(self) -> str:
        """The part, as far as it is left."""
        part, kept = self.part, sorted(self._items[: self.kept])
        gone = self._gone([n for n, _ in kept])
        said = part.left_out(gone) if gone else ""
        items = part.glue.join(item for _, item in kept)
        above = [part.head, GAP if part.head and part.columns else "", part.columns] if items else [part.head]
        head = "".join(above)
        shown = head + (part.glue if head and items else "") + items
        return GAP.join(each for each in (shown, said, part.tail) if each)

    def _gone(self, kept: list[int]) -> Sequence[int]:
        count = len(self.part.items)
        if not self.part.largest_first:
            return range(len(kept), count)
        there = set(kept)
        return [n for n in range(count) if n not in there]


def _within(items: Sequence[str], glue: int, limit: int) -> Iterator[str]:
    """The first of them, as many as `limit` bytes hold; no more than one that they do not is asked for."""
    total = -glue
    for n in range(len(items)):
        item = items[n]
        total += size(item) + glue
        if total > limit:
            return
        yield item
