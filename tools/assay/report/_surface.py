"""Where text goes: a terminal with colours and a width, or a pipe that takes plain text."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable
from typing import Literal, TextIO

from msgspec import Struct

ColorChoice = Literal["auto", "always", "never"]

Piece = tuple[str, str]
"""Text, already clean, and the name of its style in `STYLES` (empty for none)."""

STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold blue",
    "good": "bold green",
    "strong": "bold",
    "quiet": "bright_black",
    "place": "cyan",
    "keyword": "bold blue",
    "type": "cyan",
    "string": "green",
    "number": "magenta",
}


class Line(Struct, frozen=True):
    """One line of output. Where it is too long for a terminal, `body` wraps behind `rest`."""

    head: tuple[Piece, ...] = ()
    body: tuple[Piece, ...] = ()
    rest: str | None = None
    """What stands before the continuation lines; None where the line must not be wrapped."""


class Surface(Struct, frozen=True):
    """A stream and what it can show."""

    stream: TextIO
    color: bool
    fancy: bool
    """A terminal, or told to behave like one: wrap, and draw with more than ASCII where that can be."""
    width: int

    @property
    def drawing(self) -> bool:
        """Whether lines and ticks beyond ASCII can be drawn."""
        return self.fancy and printable("│✓", self.stream) == "│✓"

    def write(self, lines: Iterable[Line]) -> None:
        """Print the lines; a character that the stream's encoding lacks is spelt out."""
        if self.fancy:
            _write_fancy(self, lines)
        else:
            for line in lines:
                text = "".join(text for text, _ in line.head + line.body)
                self.stream.write(printable(text.rstrip(), self.stream) + "\n")


def surface(stream: TextIO, color: ColorChoice = "auto") -> Surface:
    """How to write to `stream`: `--color` first, then NO_COLOR, FORCE_COLOR, then what the stream is."""
    terminal = stream.isatty()
    wanted = color == "always" or (color == "auto" and _wants_color(terminal))
    return Surface(stream, wanted, wanted or terminal, max(shutil.get_terminal_size().columns, 40))


def _wants_color(terminal: bool) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


def printable(text: str, stream: TextIO) -> str:
    """`text` with what the stream's encoding cannot say spelt out."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _write_fancy(surface: Surface, lines: Iterable[Line]) -> None:
    from rich.console import Console
    from rich.text import Text

    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=surface.width,
        force_terminal=True,
        color_system="standard" if surface.color else None,
        legacy_windows=False,
        highlight=False,
    )
    for line in lines:
        head = Text.assemble(*((text, STYLES.get(style, "")) for text, style in line.head))
        body = Text.assemble(*((text, STYLES.get(style, "")) for text, style in line.body))
        if line.rest is None:
            console.print(head + body, soft_wrap=True)
            continue
        # The first line has less room than the others: hold its place while wrapping.
        held = max(head.cell_len - len(line.rest), 0)
        first, *others = (Text("." * held) + body).wrap(console, max(surface.width - len(line.rest), 20))
        for text in (head + first[held:], *(Text(line.rest) + other for other in others)):
            text.rstrip()
            console.print(text, soft_wrap=True)
    surface.stream.write(printable(buffer.getvalue(), surface.stream))
