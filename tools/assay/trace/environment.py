"""Alembic's environment, online on the scratch database, in which each step is a run of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import __version__ as sqlalchemy_version
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assay.model import Direction, Revision
from assay.render import Script, load, step

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from assay.render import Recorder

Job = Callable[["OnlineEnvironment", "MigrationContext", dict[str, Any]], None]
"""Does the work, with a configured context and the arguments that env.py gave `run_migrations`."""

_REFLECTS_BY_TEXT = sqlalchemy_version.startswith("1.")


class OnlineEnvironment(EnvironmentContext):
    """What env.py meets as `alembic.context`: its connection, and our choice of what to run on it.

    env.py's own `begin_transaction()` opens nothing; each step gets the transaction that env.py would have
    given it alone.
    """

    def __init__(
        self,
        config: Config,
        directory: ScriptDirectory,
        job: Job,
        recorder: Recorder,
        stamped: Collection[str] = (),
    ) -> None:
        """`stamped` are the revisions that an empty version table stands for: the baseline's."""
        super().__init__(config, directory, as_sql=False, destination_rev="heads")
        # `alembic.context` forwards to instances of registered classes only; a subclass is another class.
        self._setups[type(self)] = self._setups[EnvironmentContext]
        self._job = job
        self._stamped = stamped
        self.recorder = recorder
        self.ran = False
        """Whether env.py called `run_migrations()`."""
        self.left_out = 0
        """How often it called that again, for other databases."""
        self.failure: Exception | None = None
        """What the job raised: no fault of env.py's, which it passes through."""

    def configure(self, connection: Any = None, **options: Any) -> None:  # type: ignore[override]
        """As env.py asks, on a psycopg2 connection that holds no transaction of env.py's open."""
        if connection is not None and connection.dialect.driver != "psycopg2":
            connection = _another(connection, create_engine("postgresql+psycopg2://", poolclass=NullPool))
        elif connection is not None and connection.in_transaction():
            connection = _without_transaction(connection)
        for name in ("starting_rev", "fn", "as_sql"):
            options.pop(name, None)
        super().configure(connection=connection, **options)

    def begin_transaction(self) -> Any:
        """Nothing: see the class."""
        return nullcontext()

    def prepare(self, context: MigrationContext) -> None:
        """Make the version table, wherever env.py wants it, and stamp it where a baseline was loaded.

        A schema of its own is there before the first revision, made by hand or by env.py; pg_… by PostgreSQL.
        """
        schema = context.version_table_schema
        if schema is not None and not schema.startswith("pg_") and context.connection is not None:
            name = context.dialect.identifier_preparer.quote_identifier(schema)
            context.connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name}"))
        context._ensure_version_table()
        if self._stamped and not context.get_current_heads():
            connection: Any = context.connection
            for revision in self._stamped:
                connection.execute(context._version.insert().values(version_num=revision))
        if context.connection is not None and context.connection.in_transaction():
            connection = context.connection
            connection.get_transaction().commit()

    def run_migrations(self, **kw: Any) -> None:
        """Do the job, once: a second database of the same env.py has no revision of its own to run."""
        self.left_out += self.ran
        if not self.ran:
            self.ran = True
            try:
                self.prepare(self.get_context())
                self._job(self, self.get_context(), kw)
            except Exception as error:
                self.failure = error
                raise

    def run_step(
        self, context: MigrationContext, kw: dict[str, Any], revision: Revision, direction: Direction
    ) -> None:
        """Run one revision one way, in the transaction that Alembic gives it; raises what it raises."""
        script = Script(revision, direction)
        context.impl.memo.clear()  # what an earlier step made (an enum type) is no longer known to exist
        with self.recorder.step(script) as file:
            current = step(self.script, revision, direction, load(revision, file))
            current.migration_fn = self.recorder.running(current.migration_fn)
            context._migrations_fn = lambda _heads, _context: [current]
            with Operations.context(context), context.begin_transaction():
                context.run_migrations(**kw)


def _without_transaction(connection: Any) -> Any:
    """`connection` after a commit, or, where env.py's `with` block waits for its own, another like it."""
    if getattr(connection, "_trans_context_manager", None) is None:
        connection.get_transaction().commit()
        return connection
    return _another(connection, connection.engine)


def _another(connection: Any, engine: Any) -> Any:
    """A connection of `engine` with the execution options and session settings of `connection`."""
    own = "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'"
    settings = list(connection.exec_driver_sql(own))
    other = engine.connect().execution_options(**connection.get_execution_options())
    for name, value in settings:
        quoted = value.replace("'", "''").replace("%", "%%")
        other.exec_driver_sql(f"SELECT pg_catalog.set_config('{name}', '{quoted}', false)")
    if other.in_transaction():
        other.get_transaction().commit()
    return other


@contextmanager
def engines_seen() -> Iterator[None]:
    """Dispose, at the end, every engine that connected: pools of the application's outlive env.py.

    A connection that env.py left open would be rolled back when Python comes across it, long after its
    database is gone, and SQLAlchemy would tell so.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Connection, Engine

    seen: set[Engine] = set()
    connections: WeakSet[Connection] = WeakSet()

    def remember(connection: Any, *_branch: Any) -> None:  # SQLAlchemy 1.4 passes a second argument
        seen.add(connection.engine)
        if not getattr(connection.dialect, "is_async", False):  # an event loop's, which has ended
            connections.add(connection)

    event.listen(Engine, "engine_connect", remember)
    try:
        yield
    finally:
        event.remove(Engine, "engine_connect", remember)
        for connection in connections:
            with suppress(Exception):
                connection.close()
        for engine in seen:
            engine.dispose()


@contextmanager
def transactions_to(
    begin: Callable[[Any], None], end: Callable[[Any, bool], None], opened: Callable[[], None]
) -> Iterator[None]:
    """Tell of each SQLAlchemy transaction that it begins, and that it is about to end (with a commit?);
    and of each connection that is taken out of a pool."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.pool import Pool

    listeners: list[tuple[Any, str, Callable[..., None]]] = [
        (Engine, "begin", begin),
        (Engine, "commit", lambda connection: end(connection, True)),
        (Engine, "rollback", lambda connection: end(connection, False)),
        (Pool, "checkout", lambda *_: opened()),
    ]
    for listener in listeners:
        event.listen(*listener)
    try:
        yield
    finally:
        for listener in listeners:
            event.remove(*listener)


@contextmanager
def statements_to(run: Callable[[Any, str, Any, Any, Callable[[], None]], bool]) -> Iterator[None]:
    """Hand every statement of every engine to `run(cursor, sql, parameters, context, default)` first.

    It answers whether it ran the statement (by calling `default` or otherwise).
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def one(cursor: Any, sql: str, parameters: Any, context: Any) -> bool:
        return run(
            cursor,
            sql,
            parameters,
            context,
            lambda: context.dialect.do_execute(cursor, sql, parameters, context),
        )

    def bare(cursor: Any, sql: str, context: Any) -> bool:
        return run(
            cursor, sql, None, context, lambda: context.dialect.do_execute_no_params(cursor, sql, context)
        )

    def many(cursor: Any, sql: str, parameters: Any, context: Any) -> bool:
        return run(
            cursor,
            sql,
            None,
            context,
            lambda: context.dialect.do_executemany(cursor, sql, parameters, context),
        )

    listeners: dict[str, Callable[..., Any]] = {
        "do_execute": one,
        "do_execute_no_params": bare,
        "do_executemany": many,
    }
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)


def is_written(context: Any) -> bool:
    """Whether a person wrote the SQL that is about to run."""
    from sqlalchemy.schema import DDL
    from sqlalchemy.sql.elements import TextClause

    compiled = getattr(context, "compiled", None)
    return compiled is None or isinstance(getattr(compiled, "statement", None), (DDL, TextClause))


def only_reads(context: Any) -> bool:
    """Whether SQLAlchemy made it to look something up: reflection, `has_table`, a SELECT construct."""
    if getattr(context, "isddl", False):
        return False  # also what 1.4's dialect runs by itself: CREATE TYPE of an enum
    compiled = getattr(context, "compiled", None)
    return _is_reflection(context) or (
        compiled is not None
        and not is_written(context)
        and not any(getattr(context, name, False) for name in ("isinsert", "isupdate", "isdelete"))
    )


def _is_reflection(context: Any) -> bool:
    """Whether the dialect itself runs it; SQLAlchemy 1.4's reflects by text, as a person would write it."""
    frame = sys._getframe() if context.dialect.name == "postgresql" and _REFLECTS_BY_TEXT else None
    while frame is not None and frame.f_globals.get("__name__") != "sqlalchemy.dialects.postgresql.base":
        frame = frame.f_back
    return frame is not None
