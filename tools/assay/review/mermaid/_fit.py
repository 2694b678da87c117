"""Pictures within Mermaid's limits: as much of what matters most as can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

CHARACTERS = 50_000
"""A longer text is not drawn: Mermaid's `maxTextSize`, in UTF-16 units, which GitHub leaves as it is."""

EDGES = 500
"""A flowchart with more is not drawn: Mermaid's `maxEdges`. Kept in every diagram: nobody can read more."""

T = TypeVar("T")


@dataclass(frozen=True)
class Drawing:
    """A text for Mermaid and how many lines between things it draws."""

    lines: tuple[str, ...]
    edges: int = 0

    @property
    def text(self) -> str:
        """The text, without a newline at its end."""
        return "\n".join(self.lines)


def fitted(pieces: Sequence[T], draw: Callable[[Sequence[T]], Drawing], characters: int = CHARACTERS) -> str:
    """The drawing of all `pieces`, or else of the first so many that it fits `characters` and EDGES.

    `pieces` stand in the order of their weight. `draw` takes some of them, says how many are missing, and
    draws a longer text for more.
    """
    low, high = 0, min(len(pieces), CHARACTERS)  # each takes a character at least
    best = draw(pieces[:high])
    if _fits(best, characters):
        return best.text
    best = draw(())
    while low < high - 1:
        middle = (low + high) // 2
        drawing = draw(pieces[:middle])
        if _fits(drawing, characters):
            low, best = middle, drawing
        else:
            high = middle
    return best.text


def _fits(drawing: Drawing, characters: int) -> bool:
    return drawing.edges <= EDGES and len(drawing.text.encode("utf-16-le")) // 2 <= characters
