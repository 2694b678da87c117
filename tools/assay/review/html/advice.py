"""A finding's advice, taken apart into what is read and what is pasted."""

from __future__ import annotations

import ast
import warnings
from typing import NamedTuple

PARSED_CHARACTERS = 20_000
"""A longer advice is shown as it is."""


class Advice(NamedTuple):
    """Sentences, then code; either may be empty."""

    prose: str
    code: str


def taken_apart(text: str) -> Advice:
    """The last paragraphs that are Python together are the code."""
    paragraphs = text.strip("\n").split("\n\n")
    for n in range(len(paragraphs)) if len(text) <= PARSED_CHARACTERS else ():
        code = "\n\n".join(paragraphs[n:])
        if _is_python(code):
            return Advice("\n\n".join(paragraphs[:n]), code)
    return Advice(text.strip("\n"), "")


def _is_python(text: str) -> bool:
    """Whether it is more than a word or two and parses; it is never run."""
    if "(" not in text and "=" not in text:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
