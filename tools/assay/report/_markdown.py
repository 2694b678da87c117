"""Markdown laid out on a terminal, and left alone in a pipe."""

from __future__ import annotations

import io
from typing import TextIO

from assay.report._surface import ColorChoice, printable, surface

READABLE = 100
"""Columns: longer lines of prose are hard to read."""


def show_markdown(text: str, color: ColorChoice, stream: TextIO) -> None:
    """Print a page."""
    out = surface(stream, color)
    if not out.fancy:
        stream.write(printable(text, stream))
        return
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=min(out.width, READABLE),
        force_terminal=True,
        color_system="standard" if out.color else None,
        legacy_windows=False,
        theme=Theme({"markdown.code": "cyan"}),
    )
    console.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))
    stream.write(printable(buffer.getvalue(), stream))
