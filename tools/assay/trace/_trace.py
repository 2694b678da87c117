"""Runs revisions on a scratch server, up, down and up again, and looks at what they do."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay import __version__
from assay.catalog import Catalog, read_catalog
from assay.errors import AssayError, UsageError
from assay.model import Revision
from assay.render import (
    EnvSettings,
    Guard,
    Recorder,
    alembic_config,
    boot,
    explain,
    located_batches,
    no_connections,
    replace_revisions,
    unguarded,
    workspace,
)
from assay.trace.foreign import cautious_cursor
from assay.trace.inputs import Inputs, State, keep, kept, signature
from assay.trace.model import Tracing
from assay.trace.roles import MOST_ROLES, forget_roles, is_made, make_roles, missing_role, note, wanted_role
from assay.trace.session import SessionState
from assay.trace.trouble import Trouble, raised, ran_nothing

if TYPE_CHECKING:
    from assay.history import Project
    from assay.scratch import Databases, Server
    from assay.trace.environment import OnlineEnvironment
    from assay.trace.trip import Traveller

_ANY_URL = "postgresql+psycopg2://"
"""Where the configuration names none of PostgreSQL's: every engine is sent to the scratch database anyway."""

_SETTINGS = ("enable_seqscan = off", "lock_timeout = '10s'", "idle_in_transaction_session_timeout = '60s'")
"""Of each scratch database: a scan means that no index could serve, and nothing hangs for ever."""


@dataclass(frozen=True)
class Baseline:
    """The schema that the history starts from (governance.yaml, `baseline:`)."""

    file: Path
    revisions: tuple[str, ...]
    """The heads whose schema it is."""


@dataclass(frozen=True)
class Wanted:
    """What to trace."""

    project: Project
    known: Sequence[Revision]
    """The whole history, in run order."""
    selected: Sequence[Revision]
    settings: EnvSettings = field(default_factory=EnvSettings)
    baseline: Baseline | None = None
    together: bool = False
    """The selected revisions reach production together: what an earlier one makes counts as new."""
    heads: frozenset[str] = frozenset()
    """The history's heads: once all have run, the models are compared with the database."""
    step: Callable[[], None] = lambda: None
    """Called once a selected revision."""


class Ahead:
    """The beginning of a trace, made while something else is going on. A context manager.

    What it takes is there if an earlier run left the state before the revisions, or if there is none.
    """

    traveller: Traveller | None = None
    """Where the trace can begin at once; its database is dropped at the end."""

    def __init__(self, wanted: Wanted, server: Server) -> None:
        """Opens the databases of `server`; in whatever thread."""
        from assay.scratch import Databases

        self._stack = ExitStack()
        with unguarded():
            self.databases = self._stack.enter_context(Databases(server))
            try:
                self.traveller = _Run(wanted, server, self.databases).ahead(self._stack)
            except BaseException:
                self._stack.close()
                raise

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def trace(
    wanted: Wanted, server: Server, databases: Databases, name: str, traveller: Traveller | None = None
) -> Tracing:
    """Trace the selected revisions on `server` (told as `name`), with the `traveller` that is ahead.

    Never raises for what the project's code does. Raises UsageError for a wrong boot hook or baseline.
    """
    roles: tuple[str, ...] = ()
    while True:
        tracing = _traced(_Run(wanted, server, databases, roles), name, traveller)
        role = wanted_role(tracing)
        if role is None or role in roles or len(roles) == MOST_ROLES or is_made(role, wanted.known):
            break
        roles, traveller, wanted = (*roles, role), None, replace(wanted, step=lambda: None)
    forget_roles(server, roles)
    return replace(tracing, notes=(*tracing.notes, note(roles))) if roles else tracing


def _traced(run: _Run, name: str, traveller: Traveller | None) -> Tracing:
    try:
        return replace(run.go(traveller), server=name)
    except _UnreachedError as error:
        return Tracing(name, unreached=error.why, unreached_revision=error.revision)


def catalog_at(wanted: Wanted, server: Server, databases: Databases) -> Catalog:
    """The schema once the selected revisions, and all that they stand on, have run on an empty database.

    Raises UsageError naming the revision that does not run.
    """
    roles: tuple[str, ...] = ()
    while True:
        try:
            return _Run(wanted, server, databases, roles).catalog()
        except _UnreachedError as error:
            role = missing_role(error.why)
            if role is None or role in roles or len(roles) == MOST_ROLES or is_made(role, wanted.known):
                raise UsageError(
                    f"Revision {error.revision} does not run on the scratch server: {error.why}.",
                    "Mend it, or name a baseline in governance.yaml (`assay baseline --url …` writes it).",
                ) from error
            roles = (*roles, role)
        finally:
            forget_roles(server, roles)


class _UnreachedError(Exception):
    def __init__(self, why: str, revision: str | None) -> None:
        super().__init__(why)
        self.why, self.revision = why, revision


class _OtherEnvError(Exception):
    """env.py is not what it was when the state was made that the run was to begin with."""


class _Run:
    def __init__(
        self, wanted: Wanted, server: Server, databases: Databases, roles: tuple[str, ...] = ()
    ) -> None:
        self._wanted, self._server, self._databases, self._roles = wanted, server, databases, roles
        self._traced_by = "env.py"
        self._trouble: Trouble | None = None
        self._guard = Guard()
        self._environment: OnlineEnvironment | None = None
        self._signature: str | None = None
        self._begun_with: str | None = None
        self._patience = 2  # an env.py may be another one each time

    def go(self, traveller: Traveller | None = None) -> Tracing:
        before, order = self._parts()
        if traveller is not None:
            self._begun_with = traveller.begun_with
            with suppress(_OtherEnvError):
                tracing = self._travel(traveller, order)
                if traveller.rest is not None:
                    traveller.leave(self._databases)
                return self._go_on(tracing, traveller, before, order)
        return self._go_on(*self._leg(before, order), before, order)

    def _leg(
        self, before: list[Revision], order: list[Revision], last: Traveller | None = None
    ) -> tuple[Tracing, Traveller]:
        """Travel along `order` in a new database, behind `before`; `last` got no farther."""
        template = self.state_after(before)
        with self._databases.fresh(template) as database:
            self._prepare(database)
            make_roles(self._server, self._roles)
            if template is None:
                self._load_baseline(database)
            with suppress(_OtherEnvError), self._traveller(database) as traveller:
                if last is not None:
                    traveller.take_up(last)
                return self._travel(traveller, order), traveller
        return self._leg(before, order, last)

    def _go_on(
        self, tracing: Tracing, traveller: Traveller, before: list[Revision], order: list[Revision]
    ) -> Tracing:
        """Take the journey up again where it broke off, once for each revision and reason."""
        order = [*before, *order]
        selected = {revision.id for revision in self._wanted.selected}
        while traveller.rest is not None:
            again = traveller.rest.bare is not None
            at = next(n for n, r in enumerate(order) if r.id == traveller.rest.revision) + (not again)
            left = order[at:]
            if not selected & {revision.id for revision in left}:
                left = []  # but for the models' comparison
            try:
                more, traveller = self._leg(order[:at], left, traveller)
            except _UnreachedError as error:
                if left:
                    return replace(tracing, unreached=error.why, unreached_revision=error.revision)
                return tracing
            tracing = joined(tracing, more)
        return tracing

    def catalog(self) -> Catalog:
        """The schema behind all of them."""
        template = self.state_after(self.order())
        with self._databases.fresh(template) as database:
            if template is None:
                self._load_baseline(database)
            with self._server.connect(database) as session:
                return read_catalog(session)

    def ahead(self, stack: ExitStack) -> Traveller | None:
        """Who can begin `go`, until `stack` ends; None where that takes more than a copy."""
        before, order = self._parts()
        template = self._template(self._keys(before)[-1]) if before else None
        if template is None and (before or self._wanted.baseline is not None):
            return None
        database = stack.enter_context(self._databases.fresh(template))
        self._prepare(database)
        traveller = stack.enter_context(self._traveller(database))
        if template is not None and order and order[0].id in {r.id for r in self._wanted.selected}:
            traveller.look_ahead()
        return traveller

    def _traveller(self, database: str) -> Traveller:
        from assay.trace.trip import Traveller

        return Traveller(self._server, database, self._wanted.together, self._begun_with)

    def _parts(self) -> tuple[list[Revision], list[Revision]]:
        """What has to run before the first selected revision, and from there on."""
        selected = {revision.id for revision in self._wanted.selected}
        order = self.order()
        first = next((n for n, r in enumerate(order) if r.id in selected), len(order))
        return order[:first], order[first:]

    def _travel(self, traveller: Traveller, order: list[Revision]) -> Tracing:
        selected = {revision.id for revision in self._wanted.selected}

        def job(environment: Any, context: Any, kw: dict[str, Any]) -> None:
            self._compare_env(context)
            traveller.begin(environment, context, kw)
            for revision in order:
                if traveller.stopped:
                    break
                if revision.id in selected:
                    traveller.trip(revision)
                    self._wanted.step()
                else:
                    traveller.plain(revision)
            traveller.compare_models(self._wanted.heads)

        self._run(traveller.database, job, traveller)
        missing = (selected & {revision.id for revision in order}) - traveller.trips.keys()
        return Tracing(
            server="",
            trips=traveller.trips,
            traced_by=self._traced_by,
            env_path=self._wanted.project.relative(self._wanted.project.env_py),
            refused=(*(self._trouble.refused if self._trouble else ()), *traveller.refused),
            unseeded=traveller.unseeded,
            unreached=traveller.stopped_by if missing else None,
            unreached_revision=traveller.stopped_at if missing else None,
            drift=traveller.drift,
            notes=self._left_out(),
            **(self._trouble.told() if self._trouble else {}),
        )

    def _left_out(self) -> tuple[str, ...]:
        more = self._environment.left_out if self._environment is not None else 0
        if not more:
            return ()
        return (
            f"env.py runs migrations on {more + 1} databases; only what they do on the first one was traced.",
        )

    def order(self) -> list[Revision]:
        """What has to run, in order: the selected and all that they stand on, above the baseline."""
        covered = self._covered_by_baseline()
        needed = _needed(self._wanted.known, self._wanted.selected)
        return [revision for revision in needed if revision.id not in covered]

    def state_after(self, ancestors: list[Revision]) -> str | None:
        """A template database in which `ancestors` have run; None when there is nothing to run first."""
        if not ancestors:
            return None
        keys, home = self._keys(ancestors), self._wanted.project.toplevel
        self._begun_with = None
        start, template = 0, None
        for n in range(len(keys), 0, -1):
            template = self._template(keys[n - 1])
            if template is not None:
                start = n
                break
        if start == len(ancestors):
            return template
        begun = kept(keys[start - 1]) if start else None
        inputs = Inputs(home, begun.names if begun else ())
        with self._databases.fresh(template) as database:
            make_roles(self._server, self._roles)
            if template is None:
                self._load_baseline(database)
            with suppress(_OtherEnvError):
                self._replay(database, ancestors[start:], inputs)
                state = State(inputs.names, self._signature or "")
                keep(keys[-1], state)
                self._begun_with = state.signature
                return self._databases.save_template(state.address(keys[-1], home), database)
        return self.state_after(ancestors)

    def _template(self, key: str) -> str | None:
        """The template of the state that `key` names, if all that it depends on is as it was."""
        state = kept(key)
        if state is None or self._signature not in (None, state.signature):
            return None
        name = self._databases.template(state.address(key, self._wanted.project.toplevel))
        if name is not None:
            self._begun_with = state.signature
        return name

    def _compare_env(self, context: Any) -> None:
        """Do not go on from a state that another env made: the built-in one, or other naming conventions."""
        self._signature = signature(context, self._traced_by)
        if self._begun_with not in (None, self._signature) and self._patience:
            self._patience -= 1
            raise _OtherEnvError

    def _replay(self, database: str, revisions: list[Revision], inputs: Inputs) -> None:
        def job(environment: Any, context: Any, kw: dict[str, Any]) -> None:
            self._compare_env(context)
            left = SessionState(context.connection.connection.dbapi_connection)
            for revision in revisions:
                try:
                    with inputs.noting(revision):
                        environment.run_step(context, kw, revision, "upgrade")
                    left.restore()
                except (Exception, SystemExit) as error:
                    raise _UnreachedError(explain(error), revision.id) from error

        self._run(database, job, None)

    def _run(self, database: str, job: Any, traveller: Traveller | None) -> None:
        """Run env.py, or the built-in env where it cannot be used, with `job` as its migrations."""
        with ExitStack() as stack:
            stack.enter_context(workspace(self._wanted.project))
            os.environ.setdefault("DATABASE_URL", self._server.url(database))
            self._guard = stack.enter_context(no_connections(self._server.parameters(database)))
            if not self._server.sealed:
                self._guard.cursor_factory = cautious_cursor(self._guard.refuse)
            if self._trouble is None and self._through_env_py(job, traveller):
                return
            self._traced_by = "built-in env"
            self._attempt(job, traveller, self._built_in)

    def _through_env_py(self, job: Any, traveller: Traveller | None) -> bool:
        if self._wanted.settings.env == "built-in" or not self._wanted.project.env_py.is_file():
            there = self._wanted.project.env_py.is_file()
            self._trouble = (
                Trouble("it is not used", by_choice=True) if there else Trouble("the file does not exist")
            )
            return False
        try:
            environment = self._attempt(job, traveller, self._env_py)
        except (Exception, SystemExit) as error:
            if self._environment is not None and self._environment.failure is not None:
                raise self._environment.failure from error
            if isinstance(error, AssayError):
                raise
            self._trouble = raised(error, self._wanted.project, self._guard)
            return self._environment is not None and self._environment.ran
        if environment.failure is not None:  # env.py kept it to itself
            raise environment.failure
        if not environment.ran:
            self._trouble = ran_nothing(self._wanted.project, self._guard)
        return bool(environment.ran)

    def _attempt(self, job: Any, traveller: Traveller | None, run: Callable[[Any], None]) -> Any:
        from alembic.script import ScriptDirectory

        from assay.trace.environment import OnlineEnvironment, engines_seen, statements_to, transactions_to

        project = self._wanted.project
        directory = ScriptDirectory(str(project.script_location))
        replace_revisions(directory, self._wanted.known, project.toplevel)
        recorder = Recorder(lambda revision: str(project.toplevel / revision.path), self._guard)
        config = alembic_config(project, self._wanted.settings)
        if not _is_usable(project.options.get("sqlalchemy.url") or ""):
            config.set_main_option("sqlalchemy.url", _ANY_URL)
        environment = self._environment = OnlineEnvironment(
            config, directory, job, recorder, self._wanted.baseline.revisions if self._wanted.baseline else ()
        )
        with engines_seen(), environment, located_batches(recorder), ExitStack() as stack:
            if traveller is not None:
                stack.enter_context(statements_to(traveller.statement))
                stack.enter_context(
                    transactions_to(
                        traveller.transaction_begins, traveller.transaction_ends, traveller.connected
                    )
                )
            run(environment)
        return environment

    def _env_py(self, environment: Any) -> None:
        if self._wanted.settings.boot:
            boot(self._wanted.project, self._wanted.settings.boot)
        environment.script.run_env()

    def _built_in(self, environment: Any) -> None:
        from sqlalchemy import create_engine, pool

        from assay.render.builtin import literal_options

        engine = create_engine("postgresql+psycopg2://", poolclass=pool.NullPool)
        with engine.connect() as connection:
            environment.configure(connection=connection, **literal_options(self._wanted.project.env_py))
            environment.run_migrations()

    def _prepare(self, database: str) -> None:
        with unguarded(), self._server.connect() as session, session.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(f'ALTER DATABASE "{database}" SET {setting}')

    def _keys(self, ancestors: Iterable[Revision]) -> list[str]:
        """For each ancestor, what names the state after it: everything that shaped it."""
        wanted, settings = self._wanted, self._wanted.settings
        given = (settings.x, sorted(settings.attributes.items()), settings.boot, settings.env)
        options = sorted(wanted.project.options.items())
        digest = hashlib.sha256(f"{__version__} {self._server.major} {given} {options}\0".encode())
        if self._wanted.baseline is not None:
            digest.update(self._wanted.baseline.file.read_bytes())
        env_py = self._wanted.project.env_py
        digest.update(env_py.read_bytes() if env_py.is_file() else b"")
        keys = []
        for revision in ancestors:
            digest.update(f"\0{revision.id}\0".encode() + revision.source)
            keys.append(digest.hexdigest())
        return keys

    def _covered_by_baseline(self) -> set[str]:
        baseline = self._wanted.baseline
        if baseline is None:
            return set()
        heads = [revision for revision in self._wanted.known if revision.id in baseline.revisions]
        return {revision.id for revision in _needed(self._wanted.known, heads)}

    def _load_baseline(self, database: str) -> None:
        baseline = self._wanted.baseline
        if baseline is None:
            return
        from assay.scratch.baseline import load_baseline

        load_baseline(self._server, database, baseline.file)


def joined(first: Tracing, more: Tracing) -> Tracing:
    """Two parts of one journey."""
    return replace(
        more,
        trips={**first.trips, **more.trips},
        refused=tuple(dict.fromkeys((*first.refused, *more.refused))),
        unseeded={**first.unseeded, **more.unseeded},
    )


def _is_usable(url: str) -> bool:
    """Whether SQLAlchemy can make an engine of it here: `postgresql://` is psycopg 3's since 2.1."""
    if url.startswith("postgresql://"):
        return find_spec("psycopg") is not None
    return url.startswith("postgresql")


def _needed(known: Sequence[Revision], selected: Sequence[Revision]) -> list[Revision]:
    """`selected` and everything that they stand on, in run order."""
    by_id = {revision.id: revision for revision in known}
    labels = {label: revision.id for revision in known for label in revision.branch_labels}
    wanted: set[str] = set()
    todo = [revision.id for revision in selected]
    while todo:
        current = todo.pop()
        current = labels.get(current, current)
        if current in wanted or current not in by_id:
            continue
        wanted.add(current)
        todo.extend((*by_id[current].down_revisions, *by_id[current].depends_on))
    return [revision for revision in known if revision.id in wanted]
