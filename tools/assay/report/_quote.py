"""A source line quoted, with carets under the place that is meant."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay._clean import clean_character

_TAB = 4


class Quote(Struct, frozen=True):
    """What to print: the line as cells of a terminal, and what stands below it."""

    code: str
    carets: str


def quote(line: str, column: int | None, width: int) -> Quote:
    """`line` cut to `width` cells around the caret, which stands at the 1-based `column`.

    Without a column the line's own text is underlined.
    """
    cells = [*_cells(line), ("", 0)]
    first, last = _marked(line, column)
    start, end = _window([size for _, size in cells], first, width)
    code = "".join(text for text, _ in cells[start:end])
    before = sum(size for _, size in cells[start:first])
    marked = sum(size for _, size in cells[first : min(last, end)])
    left, right = "..." if start else "", "..." if end < len(cells) else ""
    return Quote(left + code.rstrip() + right, " " * (len(left) + before) + "^" * max(marked, 1))


def _marked(line: str, column: int | None) -> tuple[int, int]:
    if column is not None:
        first = min(max(column - 1, 0), len(line))
        return first, first
    return len(line) - len(line.lstrip()), len(line.rstrip())


def _window(sizes: list[int], first: int, width: int) -> tuple[int, int]:
    """The slice of cells to show: all that fit, from the left or from a little before `first`."""
    if sum(sizes) <= width:
        return 0, len(sizes)
    room = max(width - 6, 10)
    start = 0 if sum(sizes[:first]) < room // 2 else first
    while start and sum(sizes[start - 1 : first]) < room // 3:
        start -= 1
    end = start
    while end < len(sizes) and sum(sizes[start : end + 1]) <= room:
        end += 1
    while start and sum(sizes[start - 1 : end]) <= room:
        start -= 1
    return start, max(end, start + 1)


def _cells(line: str) -> Iterator[tuple[str, int]]:
    """Each character as it is shown, with the terminal cells that it takes."""
    at = 0
    for character in line:
        text = " " * (_TAB - at % _TAB) if character == "\t" else clean_character(character)
        size = _size(text)
        at += size
        yield text, size


def _size(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
