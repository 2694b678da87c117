"""A stranger's text made harmless: what steers is spelt out here, what is HTML is escaped by Jinja."""

from __future__ import annotations

import re

from markupsafe import Markup

from assay._clean import clean_character

_SUSPECT = re.compile(r"[^\n\t -~]")
_LOCAL = re.compile(r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:/|$)", re.ASCII)
_WEB = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?#]*)?", re.ASCII)


def shown(text: str) -> str:
    """The text with control characters and right-to-left marks spelt out; its lines and tabs stay."""
    return _SUSPECT.sub(lambda found: clean_character(found[0]), text)


def finalized(value: object) -> object:
    """What Jinja prints: every string is made harmless in this one place, before it is escaped."""
    if value is None:
        return ""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def safe_url(url: str | None) -> str | None:
    """The URL, where it is a plain https one (http on this machine only); else None: nothing links there."""
    if url is None or not _WEB.fullmatch(url) or "@" in url.split("//", 1)[1].split("/", 1)[0]:
        return None
    return url if url.startswith("https://") or _LOCAL.match(url) else None
