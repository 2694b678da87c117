"""A definition of many lines that was edited: which of them changed."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from itertools import islice

MOST_LINES = 1_000
"""Of a definition that is compared with the one before."""


def compared(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The lines that changed and those around them, each behind its sign: `-`, `+`, ` `, or `@` for a gap.

    Where one has more than `MOST_LINES`, all of the new one, each behind `!`.
    """
    old, new = (ddl.replace("\r\n", "\n").split("\n") for ddl in (before, after))
    if max(len(old), len(new)) > MOST_LINES:
        yield from (("!", line) for line in new)
        return
    hunks = 0
    for line in islice(unified_diff(old, new, lineterm=""), 2, None):
        if not line.startswith("@@"):
            yield line[0], line[1:]
            continue
        hunks += 1
        if hunks > 1:
            yield "@", "@ … @@"
