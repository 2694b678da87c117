"""Numbers and lists as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence

from assay.report.documents import ErrorDocument

_SIZES = ((10**9, "G"), (10**6, "M"), (10**3, "k"))
_MINUTE, _HOUR = 60, 3600
_MESSAGE = 100


def plural(number: int, name: str) -> str:
    """`1 revision`, `1,000 revisions`, `2 indexes`, `2 policies`."""
    return f"{number:,} {name if number == 1 else _plural(name)}"


def short(number: int) -> str:
    """`950`, `41 M`, `1.2 M`: two digits are enough for an estimate."""
    for size, unit in _SIZES:
        if number >= size:
            value = number / size
            return f"{value:.1f} {unit}" if value < 9.95 else f"{value:,.0f} {unit}"
    return str(number)


def duration(seconds: float) -> str:
    """`< 1 s`, `45 s`, `3 min`, `2 h`: roughly, as the estimate is."""
    if seconds < 1:
        return "< 1 s"
    if seconds < 1.5 * _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 1.5 * _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:,.0f} h"


def about(seconds: float) -> str:
    """`< 1 s`, `~45 s`: what is less than a second is no estimate."""
    return duration(seconds) if seconds < 1 else f"~{duration(seconds)}"


def listed(items: Sequence[str], most: int) -> str:
    """`a, b and 3 more`."""
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more:,} more" if more > 0 else "")


def refusal(error: ErrorDocument) -> str:
    """`23503, constraint fk_filings`; the message where there is no code."""
    if not error.sqlstate:
        told = " ".join(error.message.split())
        return told if len(told) <= _MESSAGE else f"{told[: _MESSAGE - 1]}…"
    return (
        f"{error.sqlstate}, constraint {error.constraint[:_MESSAGE]}" if error.constraint else error.sqlstate
    )


def _plural(name: str) -> str:
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return name if name.endswith("s") else f"{name}{'es' if name.endswith('x') else 's'}"
