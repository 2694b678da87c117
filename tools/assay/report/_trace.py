"""What a scratch server saw, as a table for each revision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from assay._clean import clean
from assay.report._report import Report, RevisionReport
from assay.report._rows import endings
from assay.report._surface import Line, Surface
from assay.report._text import shown

if TYPE_CHECKING:
    from assay.model import Direction, Statement
    from assay.trace import Effect, Lock, RoundTrip

WIDEST = 56
"""Characters of a statement that the table shows; the narrower the terminal, the fewer."""

_STRONG = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")


class _Row(NamedTuple):
    line: str
    statement: str
    lock: str
    relation: str
    what: str


def write_traces(report: Report, surface: Surface) -> None:
    """Every revision of the report, both ways, then how the round trip ended."""
    for n, entry in enumerate(report.revisions):
        surface.write([Line()] if n else [])
        surface.write(_revision(report, entry, surface))
    if report.revisions:
        surface.write([Line()])


def _revision(report: Report, entry: RevisionReport, surface: Surface) -> Iterator[Line]:
    revision = entry.revision
    message = f"  {clean(revision.message)}" if revision.message else ""
    yield Line(
        ((clean(revision.id), "strong"), (message, ""), (f"  {shown(report, revision.path)}", "place"))
    )
    directions: tuple[Direction, Direction] = ("upgrade", "downgrade")
    for direction in directions:
        pairs = [p for p in zip(entry.statements, entry.effects, strict=False) if p[0].direction == direction]
        if pairs:
            yield Line(((f"  {direction}", "quiet"),))
            yield from _table([row for pair in pairs for row in _rows(*pair)], surface)
    yield from _ending(entry.trip)


def _table(rows: Sequence[_Row], surface: Surface) -> Iterator[Line]:
    room = max(surface.width - 70, 24) if surface.fancy else WIDEST
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    widths[1] = min(widths[1], room, WIDEST)
    for row in rows:
        statement = (
            row.statement if len(row.statement) <= widths[1] else row.statement[: widths[1] - 2] + ".."
        )
        style = "error" if row.lock == "AccessExclusiveLock" else "warning" if row.lock in _STRONG else ""
        head = (
            (f"  {row.line:>{widths[0]}}  ", "quiet"),
            (f"{statement:<{widths[1]}}  ", ""),
            (f"{row.lock:<{widths[2]}}  ", style),
            (f"{row.relation:<{widths[3]}}  ", "strong"),
        )
        yield Line(head, ((row.what, ""),), rest=" " * (sum(widths) + 12))


def _rows(statement: Statement, effect: Effect) -> Iterator[_Row]:
    """One row for each relation that existed before and is locked; at least one."""
    text = clean(" ".join(statement.sql.split()))
    locks = [lock for lock in effect.strongest().values() if lock.relation.preexisting and _tells(lock)]
    what = "; ".join(_facts(statement, effect))
    line = str(statement.line)
    for n, lock in enumerate(locks or [None]):
        held = " (held)" if lock is not None and not lock.first else ""
        yield _Row(
            line if n == 0 else "",
            text if n == 0 else "",
            lock.mode + held if lock is not None else "",
            clean(lock.relation.name) if lock is not None else "",
            clean(what) if n == 0 else "",
        )


def _tells(lock: Lock) -> bool:
    """Whether a lock is worth a row: every one on a table, those that block somebody on the rest."""
    return lock.relation.kind not in ("index", "sequence") or lock.mode in _STRONG


def _facts(statement: Statement, effect: Effect) -> Iterator[str]:
    if effect.error is not None:
        yield f"fails: {effect.error.message} ({effect.error.sqlstate})"
    if not effect.proven and effect.error is None:
        yield f"unproven: {effect.unproven}"
    for relation in effect.rewrites:
        yield f"rewrites {relation.name}"
    for relation in effect.truncated:
        yield f"truncates {relation.name}"
    for relation in effect.index_builds:
        yield f"builds {relation.name}"
    for relation in effect.scans:
        yield f"scans {relation.name}"
    for written in effect.written:
        whole = ", every one" if written.whole else ""
        yield f"writes {written.rows} rows of {written.relation.name}{whole}"
    told = [change for change in effect.changes if not change.implied]
    signs = {"added": "+", "removed": "-", "changed": "~", "renamed": ">"}
    if told:
        more = f" and {len(told) - 4} more" if len(told) > 4 else ""
        yield ", ".join(f"{signs[change.action]} {change.key}" for change in told[:4]) + more
    if not statement.in_transaction:
        yield "outside a transaction"


def _ending(trip: RoundTrip | None) -> Iterator[Line]:
    if trip is None:
        return
    text, style = _verdict(trip)
    yield Line((("  round trip: ", "quiet"), (clean(text), style)))
    for change in trip.left_behind.told() if trip.left_behind else ():
        yield Line(((f"    left behind: {clean(f'{change.action} {change.key}')}", ""),))
    for lost in trip.lost:
        where = f"{lost.table}.{lost.column}" if lost.column else lost.table
        yield Line(((f"    lost: {lost.rows} {'values' if lost.column else 'rows'} of {clean(where)}", ""),))
    for told in endings(trip):
        yield Line((("    ", ""),), ((clean(told), ""),), rest="      ")


def _verdict(trip: RoundTrip) -> tuple[str, str]:
    if trip.upgrade.error is not None:
        return f"the upgrade fails: {trip.upgrade.error}", "error"
    if trip.downgrade is None or trip.downgrade.error is not None:
        return f"no way back: {trip.downgrade.error if trip.downgrade else 'no downgrade ran'}", "warning"
    if trip.again is not None and trip.again.error is not None:
        return f"the second upgrade fails: {trip.again.error}", "error"
    if trip.left_behind or trip.differs_again:
        return "not clean", "warning"
    return "clean" if not trip.lost else "the schema comes back, some values do not", "good"
