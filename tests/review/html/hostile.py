"""A review whose every string tries to break out of the page."""

from __future__ import annotations

from typing import Any

import msgspec
from assay.review.model import Review

from . import samples

ATTACK = (
    "</script><script>document.title='gone'</script><img src=x onerror=\"document.title='gone'\">'\"`"
    "--> ]]> {{ 7 * 7 }} \u202egnp.exe\u2066 \x1b[31m\x00 &lt;b&gt; </style><svg onload=alert(1)> $& "
)
"""Everything at once; it must show as text, its controls spelt out."""

URLS = (
    "javascript:alert(1)//https://github.com",
    "data:text/html,<script>alert(1)</script>",
    'https://example.com/" onmouseover="alert(1)',
    "http://example.com",
    "//example.com",
    "https://user:pass@example.com",
    "https://example.com\n",
    "HTTPS://example.com\\@evil",
)

_KEPT = {"version", "name", "status", "fail_on", "state", "mark", "severity", "direction", "origin", "mode"}
_KEPT |= {"head_commit", "base_commit", "command", "server_url", "run_url", "repository", "tool"}


def review(url: str = URLS[0]) -> Review:
    """The small review with the attack in every string that may hold anything."""
    tree = _attacked(msgspec.to_builtins(samples.small()))
    tree["source"] |= {"server_url": url, "run_url": url, "repository": ATTACK}
    return msgspec.convert(tree, Review)


def _attacked(tree: Any, key: str = "") -> Any:
    if key in _KEPT:
        return tree
    if isinstance(tree, dict):
        return {name: _attacked(value, name) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_attacked(item, key) for item in tree]
    return tree + ATTACK if isinstance(tree, str) else tree
