"""Reads what a session holds and has done: locks, files, statistics, in one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from assay.catalog import prepared_row
from assay.trace.model import MODES, Lock, LockMode, Relation, Written

FIRST_USER_OID = 16384
"""`FirstNormalObjectId` in PostgreSQL's access/transam.h: what initdb did not make."""

_KINDS = {
    "r": "table",
    "p": "partitioned table",
    "i": "index",
    "I": "index",
    "S": "sequence",
    "v": "view",
    "m": "materialized view",
    "f": "foreign table",
    "c": "composite type",
}
"""`pg_class.relkind`."""

_HEAPS = frozenset({"table", "materialized view"})

_TOOLS = (
    "n.nspname <> 'assay' AND coalesce(i.indrelid, c.oid) NOT IN"
    " (SELECT v.oid FROM pg_catalog.pg_class v WHERE v.relname = 'alembic_version')"
)

_RELATIONS = f"""
    SELECT json_agg(json_build_array(
        c.oid::bigint, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
        c.relkind, c.relfilenode::bigint, i.indrelid::bigint))
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    WHERE c.oid >= {FIRST_USER_OID} AND c.relkind <> 't' AND n.nspname !~ '^pg_' AND {_TOOLS}
"""  # noqa: S608 - constants only

_OWN_LOCKS = f"""
    FROM pg_catalog.pg_locks l
    WHERE l.pid = {{pid}} AND l.locktype = 'relation' AND l.relation >= {FIRST_USER_OID}
      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
"""  # noqa: S608 - constants only

_LOCKS = f"SELECT json_agg(json_build_array(l.relation::bigint, l.mode)) {_OWN_LOCKS}"

_COUNTS = """
    SELECT json_agg(json_build_array(s.relid::bigint, s.seq_scan, s.n_tup_ins, s.n_tup_upd, s.n_tup_del))
    FROM pg_catalog.{statistics} s
    WHERE s.seq_scan + s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0
"""

_AT = "SELECT pg_catalog.transaction_timestamp()::text"

_CATALOG = f"""
    SELECT CASE WHEN pg_catalog.current_setting('track_counts')::boolean THEN coalesce(sum(
        pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
        + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid)), 0)::bigint END
    FROM pg_catalog.pg_class c WHERE c.oid < {FIRST_USER_OID} AND c.relkind = 'r'
"""  # noqa: S608 - constants only

_SNAPSHOT = f"SELECT ({_RELATIONS}), ({_LOCKS}), ({_COUNTS}), ({_AT}), ({_CATALOG})"

_NEW = "pg_catalog.age({}.xmin) <= 0"
"""Of a row that this transaction wrote (or a later one)."""

_CHANGED = f"""
SELECT
    ({_RELATIONS} AND {_NEW.format("c")}),
    ({_LOCKS}),
    (SELECT json_agg(json_build_array(c.oid::bigint, s.scans, s.inserted, s.updated, s.deleted))
     FROM pg_catalog.pg_class c CROSS JOIN LATERAL (SELECT
         pg_catalog.pg_stat_get_xact_numscans(c.oid) AS scans,
         pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) AS inserted,
         pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) AS updated,
         pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS deleted) s
     WHERE c.oid >= {FIRST_USER_OID} AND c.relkind IN ('r', 'm', 'p')
       AND s.scans + s.inserted + s.updated + s.deleted > 0),
    ({_AT}),
    ({_CATALOG}),
    (SELECT json_agg(o.oid) FROM (
        SELECT c.oid::bigint FROM pg_catalog.pg_class c WHERE c.oid >= {FIRST_USER_OID} AND {_NEW.format("c")}
        UNION
        SELECT l.relation::bigint {_OWN_LOCKS}
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = l.relation)) o),
    EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE {_NEW.format("n")})
"""  # noqa: S608 - constants only
"""What is not as it was when the transaction began; a dropped relation stays locked until it ends."""


class _Row(NamedTuple):
    name: str
    kind: str
    file: int
    table: int | None


class _Counts(NamedTuple):
    scans: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    def since(self, before: _Counts) -> _Counts:
        return _Counts(*(max(now - then, 0) for now, then in zip(self, before, strict=True)))


class Snapshot(Struct, frozen=True):
    """One look at a session."""

    relations: Mapping[int, _Row] = field(default_factory=dict)
    """By OID."""
    locks: frozenset[tuple[int, LockMode]] = frozenset()
    counts: Mapping[int, _Counts] = field(default_factory=dict)
    at: str = ""
    """When the session's transaction began: tells it from others."""
    wrote: int | None = None
    """Rows of system catalogs that the transaction wrote so far; None where that is not known."""


def snapshot(cursor: Any, pid: int | None = None, *, cumulative: bool = False) -> Snapshot:
    """What the session of `cursor` (or backend `pid`) holds, and what it did in its transaction.

    With `cumulative`, what all sessions did so far: for statements that are a transaction of their own.
    """
    statistics = "pg_stat_user_tables" if cumulative else "pg_stat_xact_user_tables"
    cursor.execute(_SNAPSHOT.format(pid=_OWN if pid is None else int(pid), statistics=statistics))
    relations, locks, counts, at, wrote = cursor.fetchone()
    return Snapshot(_rows(relations), _held(locks), _counted(counts), at, None if cumulative else wrote)


def snapshot_since(cursor: Any, first: Snapshot, at: str | None) -> Snapshot:
    """The same of a session of psycopg2's, given the relations as they were when its transaction began.

    `at` is when that was; None where it has just begun.
    """
    relations, locks, counts, now, wrote, written, schemas = prepared_row(
        cursor, "assay_look", _CHANGED.format(pid=_OWN)
    )
    if schemas or at not in (None, now):
        return snapshot(cursor)
    gone = set(written or ())
    kept = {oid: row for oid, row in first.relations.items() if oid not in gone}
    return Snapshot(kept | _rows(relations), _held(locks), _counted(counts), now, wrote)


_OWN = "pg_catalog.pg_backend_pid()"


def _rows(found: Any) -> dict[int, _Row]:
    return {
        oid: _Row(name, _KINDS.get(kind, kind), file, table) for oid, name, kind, file, table in found or ()
    }


def _held(found: Any) -> frozenset[tuple[int, LockMode]]:
    return frozenset((oid, mode) for oid, mode in found or () if mode in MODES)


def _counted(found: Any) -> dict[int, _Counts]:
    return {oid: _Counts(*numbers) for oid, *numbers in found or ()}


class Names(Struct):
    """Tells relations by name, and which of them were there before."""

    preexisting: frozenset[int]
    """OIDs of what existed before the revision."""
    fresh: frozenset[int] = frozenset()
    """OIDs of those among them that earlier revisions of the same run made, and no release uses."""

    def relation(self, oid: int, *snapshots: Snapshot) -> Relation | None:
        """The relation as the first of `snapshots` that knows it names it; None for a tool's own."""
        for seen in snapshots:
            row = seen.relations.get(oid)
            if row is not None:
                table = seen.relations.get(row.table) if row.table is not None else None
                home = oid if row.table is None else row.table
                return Relation(
                    row.name,
                    row.kind,
                    preexisting=home in self.preexisting,
                    fresh=home in self.fresh,
                    table=table.name if table else None,
                )
        return None


class Difference(Struct, frozen=True):
    """What happened between two looks."""

    locks: tuple[Lock, ...]
    rewrites: tuple[Relation, ...]
    truncated: tuple[Relation, ...]
    index_builds: tuple[Relation, ...]
    scans: tuple[Relation, ...]
    written: tuple[Written, ...]


def compare(
    before: Snapshot, after: Snapshot, names: Names, is_truncated: Callable[[int], bool]
) -> Difference:
    """What one statement did, given the looks before and after it (in one transaction, or around one).

    `is_truncated` says of a table with a new file whether that is a truncation's, and no rewrite's.
    """
    counts = {oid: now.since(before.counts.get(oid, _Counts())) for oid, now in after.counts.items()}
    scanned = {oid for oid, count in counts.items() if count.scans}
    moved = [
        oid
        for oid, row in after.relations.items()
        if row.kind in _HEAPS and oid in before.relations and row.file != before.relations[oid].file
    ]
    emptied = {oid for oid in moved if is_truncated(oid)}
    # ALTER TYPE makes a new index of the old one's file where the new type sorts and stores alike.
    known = {row.file for row in before.relations.values() if row.kind == "index"}
    built = [
        oid
        for oid, row in after.relations.items()
        if row.kind == "index" and row.file and row.table not in emptied and row.file not in known
    ]

    def tell(oids: Iterable[int]) -> tuple[Relation, ...]:
        found = (names.relation(oid, after, before) for oid in oids)
        return tuple(sorted((r for r in found if r is not None), key=lambda r: r.name))

    return Difference(
        locks=_locks(before, after, names),
        rewrites=tell(oid for oid in moved if oid not in emptied),
        truncated=tell(emptied),
        index_builds=tell(built),
        scans=tell(oid for oid in scanned if oid in before.relations and oid not in emptied),
        written=_written(counts, before, after, names),
    )


def _locks(before: Snapshot, after: Snapshot, names: Names) -> tuple[Lock, ...]:
    found = []
    for oid, mode in after.locks:
        relation = names.relation(oid, after, before)
        if relation is not None:
            found.append(Lock(relation, mode, first=(oid, mode) not in before.locks))
    return tuple(sorted(found, key=lambda lock: (lock.relation.name, MODES.index(lock.mode))))


def _written(
    counts: Mapping[int, _Counts], before: Snapshot, after: Snapshot, names: Names
) -> tuple[Written, ...]:
    found = []
    for oid, count in counts.items():
        relation = names.relation(oid, after, before)
        if relation is not None and (count.inserted or count.updated or count.deleted):
            found.append(Written(relation, count.inserted, count.updated, count.deleted))
    return tuple(sorted(found, key=lambda written: written.relation.name))
