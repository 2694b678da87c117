"""What the synthetic rows showed beside the schema: those that a revision refuses, and what stays written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from assay.report._report import Report
from assay.report._summary import plural

if TYPE_CHECKING:
    from assay.trace import LostValue, RoundTrip

MOST = 3
"""Revisions (columns, tables) that a line names."""


def endings(trip: RoundTrip) -> Iterator[str]:
    """Of one revision, a line each."""
    refusal = refused(trip)
    if refusal:
        yield f"on empty tables only: with rows in them it fails: {refusal}"
    if trip.changed:
        yield f"written and not taken back: {_listed(map(_written, trip.changed))}"


def asides(report: Report) -> Iterator[str]:
    """Of all revisions together, a sentence each."""
    trips = [(entry.revision.id, entry.trip) for entry in report.revisions if entry.trip is not None]
    failed = [f"{name} ({refusal})" for name, trip in trips if (refusal := refused(trip))]
    if failed:
        yield f"Ran on empty tables only, for with synthetic rows in them it fails: {_listed(failed)}."
    left = [f"{name} ({_listed(map(_written, trip.changed))})" for name, trip in trips if trip.changed]
    if left:
        yield f"The way back does not take back what was written: {_listed(left)}."


def refused(trip: RoundTrip) -> str:
    """What the upgrade failed on with rows in the tables; empty where it did not, or always fails."""
    error = trip.upgrade.refused_rows if trip.upgrade.after is not None else None
    if error is None:
        return ""
    return f"{error.message}, {error.sqlstate}" if error.sqlstate else error.message


def _written(value: LostValue) -> str:
    if value.column is None:
        return f"{plural(value.rows, 'row')} of {value.table}"
    return f"{plural(value.rows, 'value')} of {value.table}.{value.column}"


def _listed(items: Iterable[str]) -> str:
    every = list(items)
    more = [f"{len(every) - MOST:,} more"] if len(every) > MOST else []
    return ", ".join([*every[:MOST], *more])
