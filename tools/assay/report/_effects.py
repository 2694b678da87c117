"""What a scratch server saw, as part of the JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from assay.catalog import CatalogDiff
    from assay.trace import Effect, LostValue, RoundTrip, SqlError


class LockDocument(msgspec.Struct):
    """A lock on a relation."""

    relation: str
    """`companies`, `other.companies` outside `public`."""
    kind: str
    """`table`, `index`, `view` …"""
    mode: str
    """As `pg_locks` spells it: `AccessExclusiveLock`."""
    first: bool
    """This statement took it; otherwise it is held from an earlier one of the transaction."""
    preexisting: bool
    """The relation (an index: its table) existed before the revision."""
    table: str | None = None
    """The table of an index."""


class ErrorDocument(msgspec.Struct):
    """An error of PostgreSQL's."""

    sqlstate: str
    """Empty where the driver does not tell it, or the revision itself raised the error."""
    message: str
    constraint: str | None = None
    """The constraint that refused a row."""


class WrittenDocument(msgspec.Struct):
    """What one statement wrote into one table, on synthetic rows."""

    table: str
    preexisting: bool
    """The table existed before the revision."""
    inserted: int
    updated: int
    deleted: int
    whole: bool
    """Every row that the table had was updated or deleted (it had at least one)."""


class EffectDocument(msgspec.Struct):
    """What one statement did on the scratch server."""

    locks: list[LockDocument]
    rewrites: list[str]
    """Tables whose heap was written anew."""
    truncated: list[str]
    index_builds: list[str]
    scans: list[str]
    """Tables read from end to end."""
    rows_written: int
    """Rows inserted, updated and deleted, on synthetic rows."""
    created: list[str]
    """Objects by kind and name: `column companies.website`."""
    altered: list[str]
    dropped: list[str]
    renamed: list[str]
    duration_ms: float
    """On a few synthetic rows: only good to compare statements."""
    error: ErrorDocument | None
    proven: bool
    unproven: str | None
    """Why it could not be observed; null where it was."""
    written: list[WrittenDocument] = msgspec.field(default_factory=list)
    """The tables that `rows_written` counts."""


class LostDocument(msgspec.Struct):
    """Values that were there before the revision and not after its round trip."""

    table: str
    column: str | None
    """Null where whole rows are missing."""
    rows: int


class RoundTripDocument(msgspec.Struct):
    """Up, down and up again on the scratch server."""

    upgraded: bool
    downgraded: bool
    upgraded_again: bool
    fingerprint_before: str
    """Of the schema before the revision."""
    fingerprint_after: str | None
    """Of the schema after it; null where it failed."""
    left_behind: list[str]
    """What differs, after the downgrade, from the schema before the upgrade."""
    differs_again: list[str]
    """What differs between the first and the second upgrade's schema."""
    lost: list[LostDocument]
    refused_rows: ErrorDocument | None = None
    """What the upgrade failed on with rows in the tables, where it ran after all once they were empty: then
    all that is told of the round trip is true of empty tables only."""
    changed: list[LostDocument] = msgspec.field(default_factory=list)
    """What statements wrote into columns whose shape stayed, and the way back did not take back; without a
    column: rows that are there now and were not."""


def effect_document(effect: Effect) -> EffectDocument:
    """The effect as the document tells it."""

    def changed(action: str) -> list[str]:
        return [str(change.key) for change in effect.changes if change.action == action]

    return EffectDocument(
        locks=[
            LockDocument(
                k.relation.name, k.relation.kind, k.mode, k.first, k.relation.preexisting, k.relation.table
            )
            for k in effect.locks
        ],
        rewrites=[relation.name for relation in effect.rewrites],
        truncated=[relation.name for relation in effect.truncated],
        index_builds=[relation.name for relation in effect.index_builds],
        scans=[relation.name for relation in effect.scans],
        rows_written=effect.rows_written,
        created=changed("added"),
        altered=changed("changed"),
        dropped=changed("removed"),
        renamed=changed("renamed"),
        duration_ms=round(effect.duration_ms, 3),
        error=_error(effect.error),
        proven=effect.proven,
        unproven=effect.unproven or None,
        written=[
            WrittenDocument(
                w.relation.name, w.relation.preexisting, w.inserted, w.updated, w.deleted, w.whole
            )
            for w in effect.written
        ],
    )


def trip_document(trip: RoundTrip) -> RoundTripDocument:
    """The round trip as the document tells it."""
    up, down, again = trip.upgrade, trip.downgrade, trip.again
    return RoundTripDocument(
        upgraded=up.after is not None,
        downgraded=down is not None and down.after is not None,
        upgraded_again=again is not None and again.after is not None,
        fingerprint_before=up.before.fingerprint if up.before else "",
        fingerprint_after=up.after.fingerprint if up.after else None,
        left_behind=_changes(trip.left_behind),
        differs_again=_changes(trip.differs_again),
        lost=_values(trip.lost),
        changed=_values(trip.changed),
        refused_rows=_error(up.refused_rows) if up.after is not None else None,
    )


def _values(values: tuple[LostValue, ...]) -> list[LostDocument]:
    return [LostDocument(each.table, each.column, each.rows) for each in values]


def _error(error: SqlError | None) -> ErrorDocument | None:
    return None if error is None else ErrorDocument(error.sqlstate, error.message, error.constraint)


def _changes(diff: CatalogDiff | None) -> list[str]:
    return [f"{change.action} {change.key}" for change in (diff.told() if diff else ())]
