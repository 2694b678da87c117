"""Names and sentences that anybody may have written, as Mermaid shows them and does not read them."""

from __future__ import annotations

import re

from assay._clean import clean

LABEL = 60
"""Characters of a label: a longer line makes the whole picture smaller."""

_SPECIAL = frozenset("ﬂ°¶ß")
"""Mermaid's own marks while it carries an entity through its parsers (`encodeEntities` in its utils.ts)."""

_PLAIN = re.compile(r"[^\W_]|(?<=[^\W_])(?<!www)[._/-](?=[^\W_])|(?<!direction) ", re.IGNORECASE)
"""What stays as it is: letters and digits of any script; a sign only inside a word, so that neither Markdown
(`__init__`, `1. first`, `www.`) nor a comment begins. `direction TB` is a statement wherever it stands."""

_KEY = re.compile(r"(pk|fk|uk)\b", re.IGNORECASE)
_NOT_IN_WORD = re.compile(r"[^A-Za-z0-9_()\[\]-]")


def label(text: str, most: int = LABEL) -> str:
    """`text` on one line, at most `most` characters of it, for a place between quotes or at a line's end.

    What could be syntax becomes an entity by its number (`#34;`), which Mermaid decodes at the very end.
    Never empty, and without `"`, `:`, `#` and `;` but those of entities.
    """
    line = " ".join(clean(text[: most * 4]).split())
    short = line if len(line) <= most else line[: most - 1] + "…"
    return "".join(_escaped(short)) or "#32;"


def word(name: str) -> str:
    """`name` as a word of ASCII: what an attribute of an entity may be called. The rest becomes `_`."""
    fitting = _NOT_IN_WORD.sub("_", clean(name[: LABEL * 4]))[:LABEL]
    if not re.match("[A-Za-z_]", fitting) or _KEY.match(fitting):
        return "_" + fitting
    return fitting


def _escaped(text: str) -> list[str]:
    return [
        character if character not in _SPECIAL and _PLAIN.match(text, place) else f"#{ord(character)};"
        for place, character in enumerate(text)
    ]
