"""What the database holds as a step goes on, read as little as possible and never guessed.

Inside the one transaction that Alembic gives a step, PostgreSQL tells what has changed since it began
(`assay.catalog.Follower`, `snapshot_since`). Everywhere else all of it is read.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from assay.catalog import Catalog, Follower, is_psycopg2, read_catalog
from assay.trace.observe import Snapshot, snapshot, snapshot_since

_STATISTICS_FLUSH = 150000
"""`server_version_num` from which `pg_stat_force_next_flush()` exists."""


class Standing:
    """The state of the database as the traced session of one step sees it."""

    def __init__(self, session: Any, catalog: Catalog, seen: Snapshot, version_table: str) -> None:
        """`session` is a DBAPI connection; `catalog` and `seen` are the state before the step."""
        self._session = session
        self._ignored = (version_table,)
        self._follower = Follower(session, ignored_tables=self._ignored) if is_psycopg2(session) else None
        self._following = False
        self._begun = 0
        self._looked = False
        self._first = seen
        self._at: str | None = None
        self.catalog = catalog
        """As it was read last."""
        self.seen = seen
        """The relations as they were looked at last."""
        self.certain = True
        """Whether `catalog` and `seen` are what the database holds once the step has ended well."""

    def rehearse(self) -> None:
        """Have PostgreSQL prepare, in a transaction that comes to nothing, what it is going to be asked."""
        if self._follower is not None:
            self._follower.rehearse(self.catalog)
            with self._session.cursor() as cursor:
                snapshot_since(cursor, self._first, None)
        self._session.rollback()

    def begin(self) -> None:
        """A transaction of SQLAlchemy's begins."""
        self._begun += 1
        if self._follower is None or self._begun > 1 or getattr(self._session, "autocommit", True):
            self.lose()
            return
        self._follower.start(self.catalog)
        self._following = True
        self._first, self._at = self.seen, None

    def commit(self) -> None:
        """It is about to be committed: see what nobody has looked at yet."""
        if not self._following or self._follower is None:
            return
        self.read()
        if self._follower.wrote or not self._looked:
            self.look()
        self._following = False
        if any(item.get("constraint") for item in self.catalog.of_kind("trigger")):
            self.lose()  # a deferred one runs now, and may do anything

    def lose(self) -> None:
        """Something happened that cannot be followed."""
        self._following = self.certain = False

    def look(self, *, cumulative: bool = False) -> Snapshot:
        """What the session sees, holds and has done."""
        with self._session.cursor() as cursor:
            if self._following and not cumulative:
                self.seen = snapshot_since(cursor, self._first, self._at)
                self._at = self._at or self.seen.at
            else:
                if cumulative and getattr(self._session, "server_version", 0) >= _STATISTICS_FLUSH:
                    cursor.execute("SELECT pg_catalog.pg_stat_force_next_flush()")
                    cursor.execute("SELECT pg_catalog.pg_stat_clear_snapshot()")
                self.seen = snapshot(cursor, cumulative=cumulative)
        self._looked = True
        return self.seen

    def read(self) -> Catalog:
        """The catalog as the session sees it."""
        if self._following and self._follower is not None:
            self.catalog = self._follower.read()
        else:
            self.catalog = read_catalog(self._session, ignored_tables=self._ignored)
        return self.catalog

    @property
    def relations(self) -> Snapshot:
        """The relations alone, for the next step to begin with."""
        return replace(self.seen, locks=frozenset(), counts={}, at="", wrote=None)
