"""The record, inside the target, of what was applied, when, by whom, from which plan. Rows are only added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

Event = Literal["started", "done", "applied", "failed", "verified", "abandoned"]
"""`started`: a statement outside a transaction is about to run, and what becomes of it is not known.
`done`: a part of a revision is committed. `applied`: its last part, with the versions.
`failed`: a part was rolled back, or a statement outside failed. `verified`: the whole plan was found as it
was predicted. `abandoned`: a person told that what was done of a revision is undone."""

SETUP = """
CREATE SCHEMA IF NOT EXISTS assay;
CREATE TABLE assay.ledger (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan text NOT NULL,
    environment text NOT NULL,
    revision text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('upgrade', 'downgrade')),
    segment integer NOT NULL CHECK (segment >= 0),
    segments integer NOT NULL,
    event text NOT NULL
    CHECK (event IN ('started', 'done', 'applied', 'failed', 'verified', 'abandoned')),
    sql_checksum text NOT NULL,
    statements integer NOT NULL,
    fingerprint text,
    started timestamptz NOT NULL,
    finished timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    run_url text NOT NULL,
    commit text,
    error text
);
COMMENT ON TABLE assay.ledger IS 'What Assay promoted to this database; rows are only added.';
CREATE FUNCTION assay.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'assay.ledger is append-only' USING ERRCODE = 'object_not_in_prerequisite_state';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assay.ledger
FOR EACH STATEMENT EXECUTE FUNCTION assay.refuse_change();
ALTER TABLE assay.ledger ENABLE ALWAYS TRIGGER append_only;
"""


class Entry(msgspec.Struct, kw_only=True, frozen=True):
    """One row."""

    id: int = 0
    """In the order in which they were written; 0 before."""
    plan: str
    """The plan's checksum."""
    environment: str
    revision: str
    direction: Literal["upgrade", "downgrade"]
    segment: int
    """From 0."""
    segments: int
    """How many the revision has."""
    event: Event
    sql_checksum: str
    """Of the revision."""
    statements: int
    """How many the segment has (of `applied`, `verified` and `abandoned`: the revision)."""
    fingerprint: str | None
    """Of the live schema at that moment."""
    started: datetime
    finished: datetime
    actor: str
    run_url: str
    commit: str | None
    error: str | None = None


_COLUMNS = [name for name in Entry.__struct_fields__ if name != "id"]


def exists(session: cursor) -> bool:
    """Whether anything was ever promoted here."""
    session.execute("SELECT pg_catalog.to_regclass('assay.ledger') IS NOT NULL")
    return session.fetchone() == (True,)


def is_in_the_way(session: cursor) -> bool:
    """Whether names without a schema may mean objects beside it, as for a user called like the schema."""
    session.execute("SELECT 'assay' = ANY (pg_catalog.current_schemas(false))")
    return session.fetchone() == (True,)


def append(session: cursor, entry: Entry) -> None:
    """Write one row, in the transaction that `session` is in; `finished` is the server's time."""
    names = [name for name in _COLUMNS if name != "finished"]
    places = ", ".join(["%s"] * len(names))
    session.execute(
        f"INSERT INTO assay.ledger ({', '.join(names)}) VALUES ({places})",  # noqa: S608 - constants
        [getattr(entry, name) for name in names],
    )


def lock(session: cursor) -> None:
    """Keep everybody else from writing to it until the transaction ends; all may read it."""
    session.execute("LOCK TABLE assay.ledger IN SHARE ROW EXCLUSIVE MODE")


def entries(session: cursor, since: int = 0) -> list[Entry]:
    """The rows with a larger id, in order; none where there is no ledger."""
    if not exists(session):
        return []
    session.execute(
        f"SELECT id, {', '.join(_COLUMNS)} FROM assay.ledger WHERE id > %s ORDER BY id",  # noqa: S608
        [since],
    )
    return [Entry(**dict(zip(["id", *_COLUMNS], row, strict=True))) for row in session.fetchall()]


class Tail(msgspec.Struct, frozen=True):
    """Where the ledger ends: what was applied last, and what was begun since."""

    applied: Entry | None
    """The last revision that was applied, of whatever plan."""
    open: tuple[Entry, ...]
    """`started` and `done` rows of the revision that is half done; none between two revisions."""
    verified: bool = False
    """After the last revision was applied, its whole plan was verified."""


def tail(rows: Sequence[Entry]) -> Tail:
    """The end of a ledger whose last rows these are."""
    applied = [row for row in rows if row.event == "applied"]
    closed = max((row.id for row in rows if row.event in ("applied", "abandoned")), default=0)
    begun = tuple(row for row in rows if row.id > closed and row.event in ("started", "done"))
    verified = bool(rows) and bool(applied) and any(r.event == "verified" and r.id > closed for r in rows)
    return Tail(applied[-1] if applied else None, begun, verified)


def read_tail(session: cursor) -> Tail:
    """The end of the live ledger, without reading all of it."""
    if not exists(session):
        return Tail(None, ())
    session.execute("SELECT max(id) FROM assay.ledger WHERE event = 'applied'")
    last = (session.fetchone() or (None,))[0] or 0
    return tail(entries(session, since=last - 1))
