"""Alembic's environment, offline, in which each step runs on its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext

from assay.render import scripts
from assay.render.capture import Recorder, Script, record

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory


class OfflineEnvironment(EnvironmentContext):
    """What env.py meets as `alembic.context`: configured as it asks, except for what would go wrong.

    The output goes to the recorder; binds are literal; a URL of another database than PostgreSQL gives
    way to PostgreSQL's dialect; a connection is never used.
    """

    def __init__(
        self, config: Config, directory: ScriptDirectory, todo: list[Script], recorder: Recorder
    ) -> None:
        super().__init__(config, directory, as_sql=True, starting_rev=None, destination_rev="heads")
        # `alembic.context` forwards to instances of registered classes only; a subclass is another class.
        self._setups[type(self)] = self._setups[EnvironmentContext]
        self._todo = todo
        self._recorder = recorder
        self.known = {script.revision for script in directory.walk_revisions()}
        self.ran = False
        """Whether env.py called `run_migrations()`."""
        self._opening: str | None = None
        self._end = 0

    def configure(  # type: ignore[override]
        self,
        connection: Any = None,  # noqa: ARG002 - never used offline
        url: Any = None,
        **options: Any,
    ) -> None:
        """Configure the migration context, offline (see the class)."""
        for name in ("output_encoding", "as_sql", "starting_rev", "fn"):
            options.pop(name, None)
        if not _is_postgresql(url):
            url = None
            if not str(options.get("dialect_name") or "").startswith("postgresql"):
                options["dialect_name"] = "postgresql"
        options["dialect_opts"] = {"paramstyle": "named", **(options.get("dialect_opts") or {})}
        options["literal_binds"] = True
        options["output_buffer"] = self._recorder.buffer
        super().configure(url=url, **options)
        impl = self.get_context().impl
        _render_untyped_literals(impl.dialect)
        record(impl, self._recorder)

    def run_migrations(self, **kw: Any) -> None:
        """Run every step that is to be rendered; one that raises does not keep the others from running."""
        context = self.get_context()
        if self._opening is None:
            self._opening = self._recorder.buffer.getvalue()
        self.ran = True
        todo = list(self._todo)
        with Operations.context(context):
            while todo:
                todo = self._run_chain(context, todo, kw)
        self._end = self._recorder.buffer.tell()

    @property
    def framing(self) -> tuple[str, str]:
        """What was written before the first step and after the last one: BEGIN and COMMIT, usually."""
        return self._opening or "", self._recorder.buffer.getvalue()[self._end :]

    def _run_chain(self, context: MigrationContext, todo: list[Script], kw: dict[str, Any]) -> list[Script]:
        """Run steps as long as each stands on those before it; the steps that remain."""
        chain = _Chain(self, todo)
        in_transaction = self._recorder.in_transaction
        context._start_from_rev = chain.starting  # type: ignore[assignment]
        context._migrations_fn = chain.steps
        try:
            context.run_migrations(**kw)
            chain.finish()
        except (Exception, SystemExit) as error:
            if chain.current is None:
                raise
            chain.fail(error)
            self._recorder.in_transaction = in_transaction
        return todo[chain.done :]


class _Chain:
    """Steps of one `run_migrations` call, handed to Alembic one by one."""

    def __init__(self, environment: OfflineEnvironment, todo: list[Script]) -> None:
        self._environment = environment
        self._recorder = environment._recorder
        self._todo = todo
        self.done = 0
        self.current: Script | None = None
        self._running: Iterator[Any] = iter(())
        self._end = 0
        first = todo[0]
        parents = first.revision.down_revisions or first.revision.depends_on
        self._known = set(filter(environment.known.__contains__, parents))
        self.starting = tuple(self._known) if first.direction == "upgrade" else (first.revision.id,)

    def steps(self, _heads: Any, _context: Any) -> Iterator[Any]:
        """What Alembic asks for: an iterator that goes on when the step it gave has run."""
        self._running = self._steps()
        return self._running

    def finish(self) -> None:
        """All ran. What Alembic wrote after the last step (dropping alembic_version) belongs to that one."""
        self._todo[self.done - 1].text += self._recorder.buffer.getvalue()[self._end :]

    def fail(self, error: BaseException) -> None:
        """The current step raised: keep the error, throw away what it wrote so far."""
        assert self.current is not None
        self._running.close()  # type: ignore[attr-defined]
        self.current.error = error
        self.current.text = ""
        self.current.emissions.clear()

    def _steps(self) -> Iterator[Any]:
        for script in self._todo:
            if self.done and not self._continues(script):
                return
            self.current = script
            self.done += 1
            with self._recorder.step(script) as file:
                yield self._step(script, file)
            self._end = self._recorder.buffer.tell()
            self._known.add(script.revision.id)
        self.current = None

    def _step(self, script: Script, file: str) -> Any:
        module = scripts.load(script.revision, file)
        step = scripts.step(self._environment.script, script.revision, script.direction, module)
        step.migration_fn = self._recorder.running(step.migration_fn)
        return step

    def _continues(self, script: Script) -> bool:
        before = self._todo[self.done - 1]
        if script.direction != before.direction:
            return False
        downs = script.revision.down_revisions
        if script.direction == "downgrade":
            return before.revision.down_revisions == (script.revision.id,)
        return bool(downs) and self._known.issuperset(downs)


def _render_untyped_literals(dialect: Any) -> None:
    """A literal on a column without a type is typed by its Python value, as a driver does online.

    SQLAlchemy refuses it (`sa.table("t", sa.column("c")).insert().values(c=1)`), and so would cost a
    revision its review that runs well.
    """
    from sqlalchemy.sql import sqltypes

    class Compiler(dialect.statement_compiler):  # type: ignore[misc]
        def render_literal_value(self, value: Any, type_: Any) -> Any:
            if type_._isnull and value is not None:
                type_ = sqltypes._resolve_value_to_type(value)
            return super().render_literal_value(value, type_)

    dialect.statement_compiler = Compiler


def _is_postgresql(url: Any) -> bool:
    return str(getattr(url, "drivername", url) or "").startswith("postgresql")
