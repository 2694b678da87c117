"""Texts without what could steer a reader, and within a length."""

from __future__ import annotations

from assay._clean import clean


def plain(text: str) -> str:
    """`text` with its lines, and every other control character spelt out."""
    return "\n".join(clean(line) for line in text.split("\n")).strip()


def shortened(text: str, most: int) -> str:
    """At most `most` characters of `text`."""
    return text if len(text) <= most else text[: most - 1] + "…"
