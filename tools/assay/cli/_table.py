"""Rows of text in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay._clean import clean
from assay.redact import redact


def table(*rows: Sequence[str]) -> Iterator[str]:
    """A line for each row, the first of them the heads; without escape sequences and secrets."""
    cells = [[clean(redact(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
