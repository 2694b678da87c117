"""Runs one statement of a revision on the scratch server, and looks at what it does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from msgspec.structs import replace

from assay.catalog import Change, diff
from assay.redact import redact
from assay.render import split
from assay.trace.foreign import refused
from assay.trace.model import Effect, Relation, SqlError, Written
from assay.trace.observe import Difference, Names, Snapshot, compare
from assay.trace.sample import Sampler
from assay.trace.standing import Standing

_NEEDS_NO_TRANSACTION = ("25001", "2D000")
"""active_sql_transaction, invalid_transaction_termination: it has to be run outside a transaction block."""

_BEGINS = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:BEGIN|START\s+TRANSACTION)\b", re.IGNORECASE | re.DOTALL
)

_DATA_TAGS = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "SET", "RESET", "SHOW", "COPY"})
"""First words of command tags that change no catalog by themselves: a function or a trigger may."""


class Place(NamedTuple):
    """Where a statement stands in the text that ran as one."""

    text: str
    start: int
    several: bool
    """Whether there are others in it."""


class Executor:
    """The traced session of one step: statements in, effects out."""

    def __init__(
        self,
        session: Any,
        names: Names,
        sampler: Sampler,
        told: Callable[..., None],
        standing: Standing,
        version_table: str,
    ) -> None:
        """`session` is a DBAPI connection, `standing` knows what it sees.

        `told(sql, effect, in_transaction, transaction)` gets each effect.
        """
        self._session = session
        self._names = names
        self._sampler = sampler
        self._told = told
        self._standing = standing
        self._version_table = version_table
        self._transaction = 0
        self._last: Snapshot | None = None
        self.place = Place("", 0, several=False)

    def transaction_ended(self) -> None:
        """A COMMIT or ROLLBACK went out: locks are gone, counts begin anew."""
        self._transaction += 1
        self._last = None

    def execute(self, cursor: Any, sql: str, parameters: Any, default: Callable[[], None]) -> None:
        """Run what SQLAlchemy is about to run; `default` is how it would. Raises what the driver raises."""
        text = _final(cursor, sql, parameters)
        pieces = (
            [(piece.text, piece.start) for piece in split(text)]
            if ";" in text.rstrip("; \n")
            else [(text, 0)]
        )
        for n, (piece, start) in enumerate(pieces):
            self.place = Place(text, start, len(pieces) > 1)
            run = default if len(pieces) == 1 else _runner(cursor, piece)
            if self._in_transaction(n):
                self._within(cursor, piece, run)
            elif _BEGINS.match(piece):
                self._begin(piece, run)
            else:
                self._alone(cursor, piece, run)

    def _in_transaction(self, n: int) -> bool:
        """Whether the `n`-th statement of a text runs in one; psycopg2 does not notice what the text does."""
        status = getattr(self._session, "get_transaction_status", None)
        is_open = status is None or status() != 0
        if getattr(self._session, "autocommit", False):
            return status is not None and is_open
        began = getattr(self._session, "status", 1) != 1 or n > 0
        return is_open or not began

    def _begin(self, sql: str, run: Callable[[], None]) -> None:
        """A transaction that the revision begins itself."""
        self.transaction_ended()
        self._standing.lose()
        started = time.perf_counter()
        run()
        self._told(sql, Effect(duration_ms=_milliseconds(started)), False, self._transaction)

    def _within(self, cursor: Any, sql: str, run: Callable[[], None]) -> None:
        before = self._last or self._standing.look()
        started = time.perf_counter()
        try:
            run()
        except Exception as error:
            self._failed(sql, started, error, in_transaction=True)
            raise
        elapsed = _milliseconds(started)
        if _ends_transaction(cursor):
            self._told(sql, Effect(duration_ms=elapsed), True, self._transaction)
            self.transaction_ended()
            return
        after = self._standing.look()
        self._tell(cursor, sql, before, after, elapsed, in_transaction=True)
        self._last = after

    def _alone(self, cursor: Any, sql: str, run: Callable[[], None]) -> None:
        """A statement that is a transaction of its own: in one of ours where that can be."""
        self.transaction_ended()
        self._standing.lose()
        try:
            self._in_our_own(cursor, sql, run)
        finally:
            self.transaction_ended()

    def _in_our_own(self, cursor: Any, sql: str, run: Callable[[], None]) -> None:
        self._say("BEGIN")
        before = self._standing.look()
        started = time.perf_counter()
        try:
            run()
        except Exception as error:
            self._say("ROLLBACK")
            if _sqlstate(error) in _NEEDS_NO_TRANSACTION:
                self._outside(cursor, sql, run)
                return
            self._failed(sql, started, error, in_transaction=False)
            raise
        elapsed = _milliseconds(started)
        self._tell(cursor, sql, before, self._standing.look(), elapsed, in_transaction=False)
        self._say("COMMIT")

    def _outside(self, cursor: Any, sql: str, run: Callable[[], None]) -> None:
        before = self._standing.look(cumulative=True)
        with self._session.cursor() as own:
            own.execute("SELECT pg_catalog.pg_backend_pid()")
            pid = own.fetchone()[0]
            tables = self._tables(own)
        started = time.perf_counter()
        try:
            with self._sampler.around(pid, tables) as sample:
                run()
        except Exception as error:
            self._failed(sql, started, error, in_transaction=False)
            raise
        elapsed = _milliseconds(started)
        after = replace(self._standing.look(cumulative=True), locks=sample.locks)
        self._tell(cursor, sql, before, after, elapsed, in_transaction=False, waited=sample.waited)

    def _tables(self, cursor: Any) -> list[str]:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
            " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384"
            " AND n.nspname !~ '^pg_' AND c.relname <> %s ORDER BY c.oid",
            [self._version_table],
        )
        return [row[0] for row in cursor.fetchall()]

    def _say(self, command: str) -> None:
        with self._session.cursor() as cursor:
            cursor.execute(command)

    def _tell(
        self,
        cursor: Any,
        sql: str,
        before: Snapshot,
        after: Snapshot,
        elapsed: float,
        *,
        in_transaction: bool,
        waited: bool = True,
    ) -> None:
        seen = compare(before, after, self._names, partial(self._is_truncated, sql))
        changes = self._changes(cursor, before, after)
        # What needs a lock waits for the sampler; what did not wait and changed nothing took none.
        missed = not waited and (bool(changes) or before.relations != after.relations)
        effect = Effect(
            locks=seen.locks,
            rewrites=seen.rewrites,
            truncated=seen.truncated,
            index_builds=seen.index_builds,
            scans=_with_checked(seen, changes),
            written=self._whole(seen),
            changes=changes,
            duration_ms=elapsed,
            proven=not missed,
            unproven="it ended before its locks could be read" if missed else "",
        )
        self._told(sql, effect, in_transaction, self._transaction)

    def _is_truncated(self, sql: str, oid: int) -> bool:
        """Whether a table has a new file because of TRUNCATE: nothing is in it (any more), and `sql` says so.

        A rewrite of a table that had no rows leaves nothing in it either.
        """
        if "truncate" not in sql.lower():
            return False
        with self._session.cursor() as cursor:
            cursor.execute(f"SELECT pg_catalog.pg_relation_size({oid}) = 0")
            return bool(cursor.fetchone()[0])

    def _whole(self, seen: Difference) -> tuple[Written, ...]:
        """Mark the tables of which every row was updated or deleted."""
        marked = []
        for written in seen.written:
            touched = written.updated + written.deleted
            if touched and written.relation.preexisting:
                with self._session.cursor() as own:
                    own.execute(f"SELECT count(*) FROM {_quoted(written.relation.name)}")  # noqa: S608
                    rows = own.fetchone()[0] + written.deleted - written.inserted
                marked.append(replace(written, whole=0 < rows <= touched))
            else:
                marked.append(written)
        return tuple(marked)

    def _changes(self, cursor: Any, before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
        tag = (getattr(cursor, "statusmessage", None) or "").partition(" ")[0]
        untouched = before.wrote is not None and before.wrote == after.wrote
        if tag in _DATA_TAGS and untouched and before.relations == after.relations:
            return ()
        known = self._standing.catalog
        return tuple(diff(known, self._standing.read()))

    def _failed(self, sql: str, started: float, error: Exception, *, in_transaction: bool) -> None:
        said = sql_error(error)
        foreign = refused(sql, said, error)
        effect = Effect(
            duration_ms=_milliseconds(started),
            error=said,
            proven=False,
            unproven=f"it {foreign}" if foreign else "it failed",
            foreign=foreign,
        )
        self._told(sql, effect, in_transaction, self._transaction)


def _with_checked(seen: Difference, changes: tuple[Change, ...]) -> tuple[Relation, ...]:
    """The scanned tables, with those that a foreign key's check read through an index from end to end."""
    checked = {
        change.after.key.parent
        if change.after.key.schema == "public"
        else f"{change.after.key.schema}.{change.after.key.parent}"
        for change in changes
        if change.after is not None
        and change.after.key.kind == "constraint"
        and change.after.text("definition").startswith("FOREIGN KEY")
        and not change.after.get("not_valid")
        and (change.before is None or change.before.get("not_valid"))
    }
    known = {relation.name for relation in seen.scans}
    added = {
        lock.relation.name: lock.relation for lock in seen.locks if lock.relation.name in checked - known
    }
    return tuple(sorted((*seen.scans, *added.values()), key=lambda relation: relation.name))


def sql_error(error: BaseException) -> SqlError:
    """PostgreSQL's error in a driver's or SQLAlchemy's exception."""
    cause: Any = getattr(error, "orig", None) or error
    diag = getattr(cause, "diag", None)
    message = getattr(diag, "message_primary", None) or str(cause).partition("\n")[0]

    def said(name: str) -> str:
        return redact(getattr(diag, name, None) or "")

    return SqlError(
        sqlstate=_sqlstate(cause),
        message=redact(message),
        detail=said("message_detail"),
        hint=said("message_hint"),
        relation=said("table_name") or None,
        column=said("column_name") or None,
        constraint=said("constraint_name") or None,
    )


def _sqlstate(error: BaseException) -> str:
    cause: Any = getattr(error, "orig", None) or error
    return getattr(cause, "pgcode", None) or getattr(cause, "sqlstate", None) or ""


def _final(cursor: Any, sql: str, parameters: Any) -> str:
    """The text that PostgreSQL gets, where the driver can tell; with no parameters it takes `%%` for `%`."""
    mogrify = getattr(cursor, "mogrify", None)
    if mogrify is None or parameters is None:
        return sql
    text = mogrify(sql, parameters)
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def _runner(cursor: Any, sql: str) -> Callable[[], None]:
    return lambda: cursor.execute(sql)


def _ends_transaction(cursor: Any) -> bool:
    tag = getattr(cursor, "statusmessage", None) or ""
    return tag in ("COMMIT", "ROLLBACK", "PREPARE TRANSACTION")


def _milliseconds(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _quoted(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split(".", 1))
