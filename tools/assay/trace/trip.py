"""One revision's way up, down and up again on the scratch database."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from assay import interrupt
from assay.catalog import Catalog, diff, read_catalog
from assay.model import Direction, Revision, Span, Statement
from assay.render import MissingFunction, explain, line_in, line_of, part_of, source_map, unguarded
from assay.trace.data import Table, changed, lost
from assay.trace.execute import Executor, Place
from assay.trace.model import Effect, LostValue, Refused, RoundTrip, SqlError, Step, Traced
from assay.trace.observe import Names, Snapshot, snapshot
from assay.trace.released import fresh, released
from assay.trace.rows import Rows
from assay.trace.sample import Sampler
from assay.trace.session import SessionState, own_settings
from assay.trace.standing import Standing
from assay.trace.untouched import Untouched
from assay.versions import VERSION_TABLE

if TYPE_CHECKING:
    from assay.scratch import Databases, Server

_NEXT_TRANSACTION = "SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text"
"""Another one as soon as anything was written on the server."""


class Rest(NamedTuple):
    """Where a journey broke off that another traveller can take up, in a new database."""

    revision: str
    bare: SqlError | None = None
    """What the synthetic rows caused, where this revision has to run again without; None: it has run."""


class Traveller:
    """Takes revisions on their trips; a context manager around its own sessions on the database."""

    def __init__(self, server: Server, database: str, together: bool, begun_with: str | None = None) -> None:
        self._server, self._together = server, together
        self.begun_with = begun_with
        """The signature of the env that made the state in it; None where there is none."""
        self.database = database
        """Its name."""
        self._stack = ExitStack()
        self._first: Catalog | None = None
        self._executor: Executor | None = None
        self._untouched = Untouched()
        self._told: list[Traced] = []
        self._standing: Standing | None = None
        self._known: Standing | None = None
        self._version_table = VERSION_TABLE
        self._ahead_at: str | None = None
        self._session_ahead: Any = None
        self._alone = True
        self._settings: set[str] = set()
        self.trips: dict[str, RoundTrip] = {}
        self.refused: tuple[Refused, ...] = ()
        """Connections that the revisions on their trips tried to open."""
        self._bare: Rest | None = None
        self.rest: Rest | None = None
        self.stopped = False
        self.stopped_by: str | None = None
        self.stopped_at: str | None = None
        self.drift: tuple[str, ...] | None = None

    @property
    def unseeded(self) -> dict[str, str]:
        """Table → why it got no rows."""
        return self._rows.unseeded if hasattr(self, "_rows") else {}

    def __enter__(self) -> Traveller:
        with unguarded():
            self._own = self._stack.enter_context(self._server.connect(self.database))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def take_up(self, last: Traveller) -> None:
        """Go on from where `last` broke off; what was there before all trips has the same OIDs here."""
        self._first, self._bare, self._untouched = last._first, last.rest, last._untouched

    def leave(self, databases: Databases) -> None:
        """Go, and drop the database now: what stands in it may be in another one's way."""
        self._stack.close()
        databases.drop(self.database)

    def look_ahead(self) -> None:
        """Fill the tables, read what there is and open env.py's session, before env.py is here to ask."""
        if self._asked("SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = 'alembic_version')"):
            self._rows = Rows(self._own, self._version_table, lambda: self._state()[1])
            self._rows.fill()
            self._rows.read()
            self._ahead_at = self._asked(_NEXT_TRANSACTION)
            session = self._stack.enter_context(self._connect())
            session.autocommit = False
            Standing(session, *self._state(), self._version_table).rehearse()
            self._session_ahead = session

    def session_ahead(self) -> Any:
        """The session on its database that was opened ahead, once; None where there is none (any more)."""
        session, self._session_ahead = self._session_ahead, None
        return session

    def begin(self, environment: Any, context: Any, kw: dict[str, Any]) -> None:
        """env.py has configured its context: this is what steps run with."""
        self._environment, self._context, self._kw = environment, context, kw
        self._session = context.connection.connection.dbapi_connection
        self._as_env_py_left_it = SessionState(self._session, self._settings)
        self._begin_rows(str(context.version_table))
        self._alone = True
        self._sampler = Sampler(self._connect)

    def plain(self, revision: Revision) -> None:
        """Run a revision that nobody asked about."""
        self._rows.clear()
        self._known = None  # from here on
        try:
            self._environment.run_step(self._context, self._kw, revision, "upgrade")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a revision may raise anything: it is told
            self._stop(revision, explain(error))
        self._as_env_py_left_it.restore()

    def trip(self, revision: Revision) -> None:
        """Up, down, up again; what was seen goes to `trips`."""
        before, _ = self._state()
        bare = self._bare is not None and self._bare.revision == revision.id
        if not bare:
            self._rows.fill()
            self._rows.rewritten(self._untouched.reset(self._own))
        rows = self._rows.read()
        upgrade = self._step(revision, "upgrade")
        refused = _refused_rows(upgrade)
        if self._bare is not None and bare:
            upgrade = replace(upgrade, seeds="none", refused_rows=self._bare.bare)
        elif refused is not None and diff(before, self._state()[0]):
            self.rest = Rest(revision.id, refused)
        elif refused is not None:
            self._rows.clear()
            rows = self._rows.read()
            upgrade = replace(self._step(revision, "upgrade"), seeds="none", refused_rows=refused)
        self.trips[revision.id] = RoundTrip(upgrade)
        if upgrade.after is None:
            self._stop(revision, upgrade.error or "")
            return
        self._way_back(revision, upgrade, before, rows)

    def compare_models(self, heads: frozenset[str]) -> None:
        """What `alembic check` would say, where every head has run and env.py names its metadata."""
        if self.stopped or set(self._context.get_current_heads()) != heads:
            return
        from assay.trace.drift import drift

        self.drift = drift(self._context)

    def statement(self, cursor: Any, sql: str, parameters: Any, context: Any, default: Any) -> bool:
        """A statement is about to run: trace it if it is the revision's own."""
        from assay.trace.environment import only_reads

        interrupt.check()
        if self._executor is None:
            self._settings |= own_settings(sql)
        recorder = self._environment.recorder if self._executor is not None else None
        if recorder is None or self._executor is None or not recorder.is_running or only_reads(context):
            return False
        if not self._is_ours(context.root_connection):
            return False
        self._statement_context = context
        self._executor.execute(cursor, sql, parameters, default)
        return True

    def transaction_begins(self, connection: Any) -> None:
        """SQLAlchemy begins a transaction."""
        if self._standing is not None and self._is_ours(connection):
            self._standing.begin()

    def transaction_ends(self, connection: Any, committed: bool) -> None:
        """SQLAlchemy is about to end it."""
        if self._standing is not None and self._is_ours(connection):
            if committed:
                self._standing.commit()
            else:
                self._standing.lose()

    def connected(self) -> None:
        """A connection was taken out of a pool: what runs on it nobody follows."""
        self._alone = False

    def _begin_rows(self, version_table: str) -> None:
        """Keep what was seen ahead if it still is so: no transaction wrote anything since."""
        if self._ahead_at is not None and version_table != self._version_table:
            self._rows.clear()
        if self._ahead_at is None or version_table != self._version_table:
            self._version_table, self._known = version_table, None
            self._rows = Rows(self._own, version_table, lambda: self._state()[1])
        elif self._ahead_at != self._asked(_NEXT_TRANSACTION):
            self._known = None
            self._rows.forget()

    def _asked(self, question: str) -> Any:
        with self._own.cursor() as cursor:
            cursor.execute(question)
            (answer,) = cursor.fetchone() or (None,)
            return answer

    def _is_ours(self, connection: Any) -> bool:
        pooled = connection.connection  # SQLAlchemy 1.4 begins on a bare one while it gets to know the server
        return getattr(pooled, "dbapi_connection", pooled) is self._session

    def _connect(self) -> Any:
        return self._server.connect(self.database)

    def _stop(self, revision: Revision, why: str) -> None:
        self.stopped, self.stopped_by, self.stopped_at = True, why, revision.id

    def _break_off(self, revision: Revision, why: str) -> None:
        """The way back left another state than the upgrade alone."""
        self.rest = Rest(revision.id)
        self._stop(revision, why)

    def _way_back(self, revision: Revision, upgrade: Step, before: Catalog, rows: dict[str, Table]) -> None:
        assert upgrade.after is not None
        trip = RoundTrip(upgrade)
        downgrade = self._step(revision, "downgrade")
        if downgrade.after is not None:
            touched = self._rows.touched(upgrade, downgrade)
            were, are = {t: rows[t] for t in rows if t in touched}, self._rows.of(touched & rows.keys())
            reshaped = _reshaped_columns(upgrade, downgrade)
            trip = replace(
                trip,
                left_behind=diff(before, downgrade.after),
                lost=tuple(g for g in lost(were, are) if g.column is None or _path(g) in reshaped),
                changed=tuple(c for c in changed(were, are) if c.column is None or _path(c) not in reshaped),
            )
            again = self._step(revision, "upgrade", watched=False)
            trip = replace(trip, again=again)
            if again.after is not None:
                trip = replace(trip, differs_again=diff(upgrade.after, again.after))
                if trip.differs_again:
                    self._break_off(revision, "its second upgrade leads elsewhere")
            else:
                self._break_off(revision, again.error or "")
        elif diff(upgrade.after, self._state()[0]):
            self._break_off(revision, f"its downgrade broke off half-way: {downgrade.error}")
        self.trips[revision.id] = replace(trip, downgrade=downgrade)
        self._rows.disturbed(upgrade, downgrade, keep=self._together)
        if self._together:
            self._untouched.follow(upgrade)

    def _step(self, revision: Revision, direction: Direction, *, watched: bool = True) -> Step:
        before, seen = self._state()
        if self._first is None or not self._together:
            self._first = before
        known = released(before, self._first)
        self._told = []
        self._revision, self._direction = revision, direction
        self._located: tuple[str, int, tuple[Span, ...]] | None = None
        standing = self._standing = Standing(self._session, before, seen, self._version_table)
        if watched:
            names = Names(frozenset(seen.relations), fresh(before, known))
            self._executor = Executor(
                self._session, names, self._sampler, self._tell, standing, self._version_table
            )
        error: BaseException | None = None
        try:
            self._environment.run_step(self._context, self._kw, revision, direction)
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - a revision may raise anything: it is told
            error = raised
        finally:
            self._executor = self._standing = None
            self._as_env_py_left_it.restore()
            self._note_refused()
        self._known = standing if error is None and standing.certain and self._alone else None
        step = Step(revision, direction, tuple(self._told), before, known)
        if error is None:
            return replace(step, after=self._state()[0])
        file = self._environment.recorder.file_of(revision)
        return replace(
            step,
            error=explain(getattr(error, "orig", None) or error),
            error_kind="MissingFunction" if isinstance(error, MissingFunction) else type(error).__name__,
            error_line=line_in(error, file),
        )

    def _note_refused(self) -> None:
        recorder, revision = self._environment.recorder, self._revision
        if self._told and self._told[-1].effect.foreign:
            return  # told of the statement
        for attempt in recorder.attempts:
            line = attempt.line_in(recorder.file_of(revision)) or revision.line
            found = Refused(attempt.by, revision.path, line, revision.id, self._direction)
            self.refused += () if found in self.refused else (found,)

    def _tell(self, sql: str, effect: Effect, in_transaction: bool, transaction: int) -> None:
        from assay.trace.environment import is_written

        recorder = self._environment.recorder
        written = is_written(self._statement_context)
        line = recorder.line()
        text = sql.strip().rstrip("; \n\t")
        place = self._executor.place if self._executor is not None else Place(sql, 0, several=False)
        spans = self._spans(place, text, line) if written else ()
        statement = Statement(
            direction=self._direction,
            sql=text,
            path=self._revision.path,
            line=line_of(spans, line) if place.several else line,
            in_transaction=in_transaction,
            origin="written" if written else "generated",
            spans=spans,
        )
        self._told.append(Traced(statement, effect, transaction))

    def _spans(self, place: Place, sql: str, line: int) -> tuple[Span, ...]:
        """Where a person's statement stands in the file, as part of the text that holds it."""
        if self._located is None or self._located[:2] != (place.text, line):
            spans = source_map(self._revision.text).spans(place.text, line)
            self._located = place.text, line, spans
        start = place.text.find(sql, place.start)
        return part_of(place.text, sql, max(start, 0), self._located[2], line)

    def _state(self) -> tuple[Catalog, Snapshot]:
        """The schema and the relations as they are, read where the last step did not leave them known."""
        if self._known is None:
            catalog = read_catalog(self._own, ignored_tables=(self._version_table,))
            with self._own.cursor() as cursor:
                self._known = Standing(self._own, catalog, snapshot(cursor), self._version_table)
        return self._known.catalog, self._known.relations


def _path(value: LostValue) -> str:
    return f"{value.table}.{value.column}"


def _reshaped_columns(*steps: Step) -> set[str]:
    """Columns that a step dropped, added or changed, as `table.column`: where their values go is its doing.

    What an UPDATE wrote is data on purpose: that no downgrade takes it back loses nothing.
    """
    return {
        change.key.path
        for step in steps
        for traced in step.traced
        for change in traced.effect.changes
        if change.key.kind == "column"
    }


def _refused_rows(step: Step) -> SqlError | None:
    """What stopped the step, if other rows could have made it succeed: an error of PostgreSQL's about data,
    or an exception of the revision's own, which may look at what is there; no rows bring a module."""
    if step.error is None or step.error_kind in ("ImportError", "ModuleNotFoundError"):
        return None
    error = step.traced[-1].effect.error if step.traced else None
    if error is None:
        return SqlError("", step.error)
    return error if error.data_dependent else None
