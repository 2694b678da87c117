"""Hostile text made harmless: what could steer a terminal or reorder letters is spelt out."""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile(r"[ -~]*")
_STEERING = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Unicode's control characters, formats (right-to-left marks among them), surrogates, separators."""


def clean(text: str) -> str:
    """`text` on one line and safe to print: an escape becomes the four characters `\\x1b`, and so on."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(map(clean_character, text))


def clean_character(character: str) -> str:
    """The character itself, or its spelling in ASCII where it would steer."""
    if unicodedata.category(character) not in _STEERING:
        return character
    return character.encode("unicode_escape").decode("ascii")
