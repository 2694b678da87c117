"""Compares the live schema with what a plan says, and tells the difference."""

from __future__ import annotations

from typing import TypeVar

from assay.catalog import Catalog, diff
from assay.promote.outcome import PromotionError

E = TypeVar("E", bound=PromotionError)

LINES = 200
"""The most of a difference that is told."""


def require(expected: Catalog, live: Catalog, kind: type[E], message: str, advice: str) -> None:
    """Raises `kind`, with the difference as its detail, where the two are not the same."""
    if live.fingerprint != expected.fingerprint:
        raise kind(message, advice, difference(expected, live))


def difference(expected: Catalog, live: Catalog) -> tuple[str, ...]:
    """What has to happen to the expected schema to become the live one."""
    lines = str(diff(expected, live)).split("\n")
    more = len(lines) - LINES
    return (*lines[:LINES], *([f"… and {more} lines more"] if more > 0 else []))
