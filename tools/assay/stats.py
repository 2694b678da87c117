"""How large the real tables are: row counts and bytes, and nothing else of them.

`assay stats --url … > stats.json` records them; with the file, a blocking scan of 200 rows is a note and
one of 40 million an error; without it every table that existed before counts as large.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field
from msgspec.structs import asdict

from assay.errors import EnvironmentFailedError, UsageError

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

VERSION = 1
"""Of the file."""

BYTES_PER_SECOND = 125 * 1024**2
"""What a busy database's disk moves: the baseline of an AWS gp3 volume, the usual one of a cloud
(https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html). Large tables are not in memory."""

Work = Literal["scan", "index build", "rewrite"]

PASSES: Mapping[Work, int] = {"scan": 1, "index build": 2, "rewrite": 4}
"""How often a kind of work moves the bytes of its table, at a guess: a scan reads them; an index build reads
them and sorts on disk; a rewrite reads them, writes the new heap, writes the WAL, and builds the indexes."""

COUNTED_BYTES = 1024**2
"""A table that PostgreSQL has no estimate of is counted if it is no larger; that takes some milliseconds."""

ROW_BYTES = 100
"""What a row takes, at a guess, where there is no estimate and the table is too large to be counted."""

_TABLES = """
SELECT
    CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
    c.oid::regclass::text,
    c.oid::bigint,
    c.relkind,
    CASE WHEN c.relkind <> 'p' THEN coalesce(pg_relation_size(c.oid), 0) ELSE 0 END,
    c.reltuples::float8,
    c.relpages,
    current_setting('block_size')::integer,
    coalesce(pg_stat_get_live_tuples(c.oid), 0),
    (SELECT h.inhparent::bigint FROM pg_inherits AS h WHERE h.inhrelid = c.oid AND c.relispartition)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'assay')
AND c.relname <> 'alembic_version'
ORDER BY n.nspname, c.relname
"""


class TableSize(Struct, frozen=True):
    """One table (a partitioned one with all its partitions)."""

    rows: int
    """PostgreSQL's estimate (`pg_class.reltuples`, brought up to the table's present size)."""
    bytes: int
    """The heap without indexes and TOAST (`pg_relation_size`)."""


class Stats(Struct, frozen=True):
    """Sizes by table name as rules tell it: `companies`, `other.companies` outside `public`."""

    tables: Mapping[str, TableSize] = field(default_factory=dict)

    def rows(self, table: str) -> int | None:
        """The rows of `table`; None when it is not known."""
        size = self.tables.get(table)
        return None if size is None else size.rows

    def seconds(self, table: str, work: Work) -> float | None:
        """How long `work` on the whole of `table` takes, roughly; None when its size is not known."""
        size = self.tables.get(table)
        return None if size is None else size.bytes * PASSES[work] / BYTES_PER_SECOND

    def document(self) -> dict[str, object]:
        """The file's content."""
        return {
            "version": VERSION,
            "tables": {name: asdict(self.tables[name]) for name in sorted(self.tables)},
        }


def load_stats(file: Path) -> Stats:
    """Read what `assay stats` wrote; UsageError when it cannot be read."""
    try:
        document = json.loads(file.read_text("utf-8"))
        tables = {name: TableSize(int(t["rows"]), int(t["bytes"])) for name, t in document["tables"].items()}
        version = document.get("version", VERSION)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.", "Write it with `assay stats --url … > stats.json`."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{file} is not what `assay stats` writes.", "Write it anew: `assay stats --url … > stats.json`."
        ) from error
    if version != VERSION:
        raise UsageError(
            f"{file} is of version {version}, and this Assay reads version {VERSION}.",
            "Write it anew: `assay stats --url … > stats.json`.",
        )
    return Stats(tables)


def read_stats(url: str) -> Stats:
    """The sizes of the tables of a live database, in a read-only transaction with timeouts.

    Raises EnvironmentFailedError, whose message never tells the password.
    """
    import psycopg2

    from assay.catalog.source import LIMITS
    from assay.database import connect, reason

    opened = connect(url)
    try:
        opened.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with opened.cursor() as session:
            session.execute(LIMITS)
            return Stats(_sizes(session))
    except psycopg2.Error as error:
        why = reason(error, url)
        raise EnvironmentFailedError(
            f"The database did not tell its sizes: {why}.", "Try again, or look at the server's log."
        ) from None
    finally:
        opened.close()


def _sizes(session: cursor) -> dict[str, TableSize]:
    """By name; a partitioned table has what its partitions have together."""
    session.execute(_TABLES)
    rows = {row[2]: row for row in session.fetchall()}
    own = {oid: TableSize(_rows(session, row), row[4]) for oid, row in rows.items()}
    total = {oid: [size.rows, size.bytes] for oid, size in own.items()}
    for oid, size in own.items():
        for parent in _above(rows, oid):
            total[parent][0] += size.rows
            total[parent][1] += size.bytes
    return {row[0]: TableSize(*total[oid]) for oid, row in rows.items()}


def _above(rows: Mapping[int, Any], oid: int) -> list[int]:
    """The partitioned tables that a partition belongs to, from the nearest to the top."""
    found: list[int] = []
    while rows[oid][9]:
        oid = rows[oid][9]
        if oid not in rows:
            break
        found.append(oid)
    return found


def _rows(session: cursor, row: Any) -> int:
    """The estimate: as the planner makes it, else the statistics', else a count if the table is tiny."""
    _, name, _, kind, size, estimate, pages, block, live, _ = row
    if kind == "p" or size == 0:
        return 0
    if estimate > 0 and pages > 0:
        return int(estimate * (size / block) / pages)
    if live > 0:
        return int(live)
    counted = _count(session, name) if size <= COUNTED_BYTES else None
    return int(size // ROW_BYTES if counted is None else counted)


def _count(session: cursor, name: str) -> int | None:
    """The rows of a tiny table; None where it may not be read, or is locked."""
    import psycopg2

    session.execute("SAVEPOINT counting")
    try:
        session.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 - quoted by regclass
        counted = int((session.fetchone() or (0,))[0])
    except psycopg2.Error:
        if session.connection.closed:
            raise
        session.execute("ROLLBACK TO SAVEPOINT counting")
        return None
    return counted
