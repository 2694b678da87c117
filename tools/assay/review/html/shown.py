"""A stranger's text made harmless: what steers is spelt out here, what is HTML is escaped by Jinja."""

from __future__ import annotations

import re

from markupsafe import Markup

from assay._clean import clean_character

_SUSPECT = re.compile(r"[^\n\t -~]")


def shown(text: str) -> str:
    """The text with control characters and right-to-left marks spelt out; its lines and tabs stay."""
    return _SUSPECT.sub(lambda found: clean_character(found[0]), text)


def finalized(value: object) -> object:
    """What Jinja prints: every string is made harmless in this one place, before it is escaped."""
    if value is None:
        return ""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value
