"""Makes the plan's revisions of statements, by running them on a scratch database.

    drafts = [Draft("abc", (), ("abc",), statements), …]
    plan = rehearse(connection, drafts, environment="staging", direction="upgrade")

The builder of plans adds what it knows more (`msgspec.structs.replace`): locks, questions, tools, sizes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import psycopg2
from msgspec.structs import replace

from assay.catalog import Catalog
from assay.model import Direction, Statement
from assay.promote.model import Plan, PlanRevision, PlanStatement, Scope, Segment, VersionTable
from assay.promote.plan import checksummed, sql_checksum
from assay.promote.schema import live_catalog
from assay.promote.states import delta, documents, unfinished
from assay.promote.target import be_ourselves

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

_NEEDS_NO_TRANSACTION = ("25001", "2D000")
"""active_sql_transaction, invalid_transaction_termination: it has to be run outside a transaction block."""

_COMMENTS = re.compile(r"\A(\s+|--[^\n]*(\n|\Z)|/\*.*?\*/)+", re.DOTALL)

_REPEATABLE = re.compile(
    r"(CREATE|DROP|ALTER|REINDEX|VACUUM|CLUSTER|ANALYZE|REFRESH|CHECKPOINT)\b", re.IGNORECASE
)
"""Commands that do nothing but what the schema shows, or that do no harm a second time."""

_PATIENT = re.compile(r"((CREATE(\s+UNIQUE)?|DROP)\s+INDEX|REINDEX\b.*?)\s+CONCURRENTLY\b", re.IGNORECASE)
"""Commands whose lock, SHARE UPDATE EXCLUSIVE, lets reads and writes pass while it is waited for."""

_SETTINGS = """
SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'
UNION ALL
SELECT 'role', pg_catalog.current_setting('role') WHERE pg_catalog.current_setting('role') <> 'none'
"""


@dataclass(frozen=True)
class Draft:
    """A revision before its rehearsal."""

    id: str
    versions_before: tuple[str, ...]
    """Any order."""
    versions_after: tuple[str, ...]
    statements: Sequence[Statement]
    """As `assay.render` gives them; those with `in_transaction` in a row share one."""
    message: str = ""
    path: str = ""


def rehearse(
    session: connection,
    drafts: Iterable[Draft],
    *,
    environment: str,
    direction: Direction,
    commit: str | None = None,
    version_table: VersionTable | None = None,
    scope: Scope | None = None,
) -> Plan:
    """The plan of `drafts`, run one after the other on `session`: psycopg2, in autocommit, to a scratch
    database whose schema is the one that the target has. The statements stay there; versions do not change.

    Raises what psycopg2 raises, for a statement that fails; ValueError for one that ends its transaction.
    """
    draft = Plan(
        environment=environment,
        direction=direction,
        commit=commit,
        version_table=version_table or VersionTable(),
        scope=scope or Scope(),
        revisions=(),
        catalog=(),
    )
    rehearsal = _Rehearsal(session, draft)
    catalog = rehearsal.catalog
    revisions = tuple(rehearsal.revision(each) for each in drafts)
    return checksummed(
        replace(
            draft,
            revisions=revisions,
            catalog=documents(catalog),
            unfinished=unfinished(rehearsal.catalog),
        )
    )


class _Rehearsal:
    def __init__(self, session: connection, plan: Plan) -> None:
        self._session = session
        self._plan = plan
        self.catalog: Catalog = live_catalog(session, plan)
        """As it is now."""

    def revision(self, draft: Draft) -> PlanRevision:
        before = self.catalog.fingerprint
        segments = tuple(self._segments(draft))
        texts = [[statement.sql for statement in segment.statements] for segment in segments]
        return PlanRevision(
            id=draft.id,
            message=draft.message,
            path=draft.path,
            versions_before=tuple(sorted(draft.versions_before)),
            versions_after=tuple(sorted(draft.versions_after)),
            fingerprint_before=before,
            sql_checksum=sql_checksum(self._plan.direction, texts),
            segments=segments,
        )

    def _segments(self, draft: Draft) -> Iterator[Segment]:
        """The last one is a transaction, in which the versions change."""
        with self._session.cursor() as session:
            be_ourselves(session)
            session.execute("RESET ALL")
            last: Segment | None = None
            for group in _groups(draft.statements):
                last = self._segment(session, group)
                yield last
            if last is None or last.outside:
                yield self._segment(session, ())

    def _segment(self, session: cursor, group: Sequence[Statement]) -> Segment:
        settings = _settings(session)
        outside = not self._together(session, group)
        before, self.catalog = self.catalog, live_catalog(self._session, self._plan)
        text = _COMMENTS.sub("", group[0].sql) if outside else ""
        return Segment(
            statements=tuple(PlanStatement(sql=each.sql, line=each.line) for each in group),
            outside=outside,
            repeatable=not outside or _REPEATABLE.match(text) is not None,
            patient=outside and _PATIENT.match(text) is not None,
            delta=delta(before, self.catalog),
            fingerprint_after=self.catalog.fingerprint,
            settings=settings,
        )

    def _together(self, session: cursor, group: Sequence[Statement]) -> bool:
        """Run them in a transaction; False for one that had to run outside."""
        session.execute("BEGIN")
        try:
            mine = _transaction(session)
            for statement in group:
                session.execute(statement.sql)
            if _transaction(session) != mine:
                raise ValueError(f"a statement of {group[0].path} ends the transaction that it runs in")
            session.execute("COMMIT")
        except psycopg2.Error as error:
            session.execute("ROLLBACK")
            alone = len(group) == 1 and not group[0].in_transaction
            if not alone or error.pgcode not in _NEEDS_NO_TRANSACTION:
                raise
            session.execute(group[0].sql)
            return False
        return True


def _groups(statements: Sequence[Statement]) -> Iterator[Sequence[Statement]]:
    for together, group in groupby(statements, key=lambda statement: statement.in_transaction):
        if together:
            yield tuple(group)
        else:
            yield from ((statement,) for statement in group)


def _settings(session: cursor) -> dict[str, str]:
    """What the session was set to, other than where it began."""
    session.execute(_SETTINGS)
    return dict(session.fetchall())


def _transaction(session: cursor) -> int:
    session.execute("SELECT pg_catalog.pg_current_xact_id()::text::bigint")
    return int((session.fetchone() or (0,))[0])
