"""The text that sqlfluff reads, and the way back from its positions to the revision file."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from assay.model import Statement


class Reading(Struct, frozen=True):
    """A statement's SQL as sqlfluff gets it: indentation that belongs to Python taken off."""

    text: str
    """Ends with exactly one newline."""
    removed: tuple[int, ...]
    """How many characters each line of the statement's SQL lost at its start."""


def readings(statement: Statement, source: Sequence[str]) -> tuple[Reading, ...]:
    """The text to lint; two texts where the first line's own indentation is not known.

    The renderer strips SQL, so the first line's indentation must be looked up in the file (`source`, its
    lines). A block of its own is shifted left by it. Where the SQL begins behind a quote, or was put
    together at run time, the other lines may be indented with the Python code or relative to the first
    line: both are readings, and the one that sqlfluff likes better counts.
    """
    lines = _clean(statement.sql).split("\n")
    before = _before(statement, source)
    if len(lines) == 1 or statement.origin == "generated":
        margins = {""}
    elif before is not None and not before.strip():
        margins = {before}
    else:
        margins = {_shared(*(_indent(line) for line in lines[1:] if line.strip())), ""}
    return tuple(_shift(lines, margin) for margin in sorted(margins, key=len, reverse=True))


def place(
    statement: Statement, reading: Reading, source: Sequence[str], line: int, column: int
) -> tuple[int, int | None]:
    """Where line and column (1-based) of `reading` stand in the revision file: line, and column if known.

    A column is told only where the file's own text, up to there, is the SQL's: behind an escape, an
    interpolation or the end of a literal it is not.
    """
    index = line - 1
    if index >= len(statement.spans):
        return statement.line, None
    span = statement.spans[index]
    if span.column is None or not 0 < span.line <= len(source):
        return span.line, None
    length = reading.removed[index] + column - 1
    end = span.column + length
    if source[span.line - 1][span.column : end] != statement.sql.split("\n")[index][:length]:
        return span.line, None
    return span.line, end + 1


def _clean(sql: str) -> str:
    """`sql` with line ends as sqlfluff counts them, and without lone surrogates, which Rust refuses."""
    sql = sql.replace("\r\n", "\n").replace("\r", " ")
    return sql.encode("utf-8", "replace").decode()


def _before(statement: Statement, source: Sequence[str]) -> str | None:
    """What stands in the file before the SQL's first character; None where it does not stand there."""
    span = statement.spans[0] if statement.spans else None
    if span is None or span.column is None or not 0 < span.line <= len(source):
        return None
    return source[span.line - 1][: span.column]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _shared(*indents: str) -> str:
    """The white space that all of them begin with."""
    least, most = min(indents, default=""), max(indents, default="")
    length = next((n for n, pair in enumerate(zip(least, most, strict=False)) if pair[0] != pair[1]), None)
    return least[:length]


def _shift(lines: Sequence[str], margin: str) -> Reading:
    """The lines, each moved left by `margin` as far as its own indentation goes."""
    removed = [len(_indent(lines[0]))]
    removed += [len(_shared(_indent(line), margin)) for line in lines[1:]]
    text = "\n".join(line[cut:] for line, cut in zip(lines, removed, strict=True))
    return Reading(text.rstrip() + "\n", tuple(removed))
