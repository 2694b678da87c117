"""A few synthetic rows for every table, so that what depends on data shows when a revision runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from assay.versions import VERSION_TABLE

if TYPE_CHECKING:
    from psycopg2.extensions import connection

    from assay.scratch.seeding.run import Seeding

__all__ = ["Seeded", "seed"]

BOOKKEEPING = (VERSION_TABLE,)
"""Alembic's own table, which must hold what Alembic puts there."""


class Seeded(Struct, frozen=True):
    """What became of each table; names are qualified and quoted where they have to be: `public."Order"`."""

    rows: Mapping[str, int]
    """Tables that were seeded, with the rows that each has now (a partitioned one: in its partitions)."""
    kept: tuple[str, ...]
    """Tables that had rows already and were left alone."""
    failed: Mapping[str, str]
    """Tables without rows, each with the reason: one sentence."""


def seed(
    connection: connection,
    rows: int = 3,
    *,
    skip: Collection[str] = BOOKKEEPING,
    only: Collection[int] | None = None,
) -> Seeded:
    """Give every empty user table of the database `rows` rows that its constraints accept.

    With `only`, the tables with these OIDs, given that all others have what they are to have.

    `connection` is psycopg2's, of a superuser, in autocommit or not in a transaction; it is left as it was.
    The same schema gets the same rows. Tables called as `skip` says are not touched and not reported.
    """
    from assay.scratch.seeding.run import Seeding, quiet_transaction

    with quiet_transaction(connection) as session:
        seeding = Seeding(session, rows, skip, only)
        seeding.run()
    return _told(seeding, skip)


def _told(seeding: Seeding, skip: Collection[str]) -> Seeded:
    counts, failed = {}, {}
    kept = [table.shown for table in seeding.kept]
    for table in seeding.catalog.tables.values():
        if table.name in skip:
            continue
        leaves = [leaf.oid for leaf in seeding.catalog.leaves(table.oid)]
        count = sum(seeding.seeded.get(oid, 0) for oid in leaves)
        if count:
            counts[table.shown] = count
        elif table.oid in seeding.failed:
            failed[table.shown] = seeding.failed[table.oid]
        elif table.kind == "f":
            failed[table.shown] = "It is a foreign table."
        elif table.kind == "p" and not leaves:
            failed[table.shown] = "It has no partition."
        elif table.kind == "p":
            (
                failed.__setitem__(table.shown, "None of its partitions has rows.")
                if not set(kept) & {seeding.catalog.tables[o].shown for o in leaves}
                else kept.append(table.shown)
            )
    return Seeded(counts, tuple(sorted(kept)), failed)
