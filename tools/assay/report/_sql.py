"""The SQL of a report: for eyes on a terminal, for `psql` in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Literal

from assay._clean import clean
from assay.model import Direction, Statement
from assay.report._highlight import highlight
from assay.report._report import Report, RevisionReport
from assay.report._surface import Line, Surface, printable
from assay.report._text import shown

Listing = Literal["upgrade", "downgrade", "both"]


def write_listing(report: Report, listing: Listing, surface: Surface) -> None:
    """The statements with their places: beside them on a terminal, in comments in a pipe."""
    for n, (direction, entry) in enumerate(_parts(report, listing)):
        statements = [s for s in entry.statements if s.direction == direction]
        if surface.fancy:
            surface.write([Line()] if n else [])
            surface.write(_listing(report, entry, direction, statements, surface))
        else:
            for line in _script(report, entry, direction, statements):
                surface.stream.write(printable(line, surface.stream) + "\n")


def _parts(report: Report, listing: Listing) -> Iterator[tuple[Direction, RevisionReport]]:
    """Upgrades in the order they run, then downgrades in theirs."""
    if listing != "downgrade":
        yield from (("upgrade", entry) for entry in report.revisions)
    if listing != "upgrade":
        yield from (("downgrade", entry) for entry in reversed(report.revisions))


def _script(
    report: Report, entry: RevisionReport, direction: Direction, statements: list[Statement]
) -> Iterator[str]:
    """SQL that runs; the statements themselves are not touched."""
    revision = entry.revision
    yield f"-- {clean(revision.id)}, {direction}: {clean(revision.message) or '(no message)'}"
    if not statements:
        yield f"-- {shown(report, revision.path)}: {_nothing(entry, direction)}"
    for inside, run in groupby(statements, key=lambda s: s.in_transaction):
        yield "\nBEGIN;" if inside else "\n-- outside a transaction"
        for statement in run:
            yield f"\n-- {shown(report, statement.path)}:{statement.line} ({statement.origin})"
            yield statement.sql + _end(statement.sql)
        yield from ("\nCOMMIT;",) if inside else ()
    yield ""


def _nothing(entry: RevisionReport, direction: Direction) -> str:
    return "could not be rendered" if direction in entry.failed else "no statements"


def _end(sql: str) -> str:
    """The semicolon, on its own line where a comment would swallow it."""
    return "\n;" if "--" in sql.rpartition("\n")[2] else ";"


def _listing(
    report: Report, entry: RevisionReport, direction: Direction, statements: list[Statement], surface: Surface
) -> Iterator[Line]:
    revision = entry.revision
    message = f"  {clean(revision.message)}" if revision.message else ""
    yield Line(((clean(revision.id), "strong"), (message, ""), (f"  {direction}", "quiet")))
    yield Line(((shown(report, revision.path), "place"),))
    if not statements:
        yield Line(((f"  {_nothing(entry, direction)}", "quiet"),))
    gutter = max((len(str(line)) for s in statements for line, _ in _rows(s)), default=0)
    for inside, run in groupby(statements, key=lambda s: s.in_transaction):
        indent = " " * (gutter + 14)
        yield Line(((indent, ""), ("BEGIN" if inside else "outside a transaction", "quiet")))
        for statement in run:
            yield from _numbered(statement, gutter, "│" if surface.drawing else "|")
        yield from (Line(((indent, ""), ("COMMIT", "quiet"))),) if inside else ()


def _numbered(statement: Statement, gutter: int, bar: str) -> Iterator[Line]:
    """Each line of SQL behind the line of the revision that it comes from."""
    rows = _rows(statement)
    coded = highlight("\n".join(clean(text.expandtabs(4)) for _, text in rows) + _end(statement.sql))
    origin: str = statement.origin
    for n, code in enumerate(coded):
        line = str(rows[n][0]) if n < len(rows) else ""
        yield Line(((f"  {line:>{gutter}} {origin:<9} {bar} ", "quiet"), *code))
        origin = ""


def _rows(statement: Statement) -> list[tuple[int, str]]:
    texts = statement.sql.split("\n")
    lines = [span.line for span in statement.spans] or [statement.line] * len(texts)
    return list(zip(lines, texts, strict=False))
