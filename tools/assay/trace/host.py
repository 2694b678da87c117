"""Runs migrations of ours through the project's env.py, which thinks they are Alembic's."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from assay.errors import AssayError
from assay.render import (
    Guard,
    Recorder,
    alembic_config,
    boot,
    located_batches,
    no_connections,
    ordered_indexes,
    replace_revisions,
    workspace,
)
from assay.trace.foreign import cautious_cursor
from assay.trace.trouble import Trouble, raised, ran_nothing
from assay.trace.wanted import Wanted

if TYPE_CHECKING:
    from assay.scratch import Server
    from assay.trace.environment import Job, OnlineEnvironment
    from assay.trace.trip import Traveller

_ANY_URL = "postgresql+psycopg2://"
"""Where the configuration names none of PostgreSQL's: every engine is sent to the scratch database anyway."""


class Host:
    """env.py, or the built-in env where it cannot be used; once it could not, it is not tried again."""

    def __init__(self, wanted: Wanted, server: Server) -> None:
        self._wanted, self._server = wanted, server
        self.traced_by = "env.py"
        self.trouble: Trouble | None = None
        self._usable = True
        self._guard = Guard()
        self._environment: OnlineEnvironment | None = None

    @property
    def left_out(self) -> int:
        """How many databases more env.py would run migrations on."""
        return self._environment.left_out if self._environment is not None else 0

    def run(self, database: str, job: Job, traveller: Traveller | None) -> None:
        """Run env.py, or the built-in env where it cannot be used, with `job` as its migrations."""
        with ExitStack() as stack:
            stack.enter_context(workspace(self._wanted.project))
            os.environ.setdefault("DATABASE_URL", self._server.url(database))
            self._guard = stack.enter_context(no_connections(self._server.parameters(database)))
            if traveller is not None:
                self._guard.opened = traveller.session_ahead()
            if not self._server.sealed:
                self._guard.cursor_factory = cautious_cursor(self._guard.refuse)
            if self._usable and self._through_env_py(job, traveller):
                return
            self._usable = False
            self.traced_by = "built-in env"
            self._attempt(job, traveller, self._built_in)

    def _through_env_py(self, job: Job, traveller: Traveller | None) -> bool:
        if self._wanted.settings.env == "built-in" or not self._wanted.project.env_py.is_file():
            there = self._wanted.project.env_py.is_file()
            self.trouble = (
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
            self.trouble = raised(error, self._wanted.project, self._guard)
            return self._environment is not None and self._environment.ran
        if environment.failure is not None:  # env.py kept it to itself
            raise environment.failure
        if not environment.ran:
            self.trouble = ran_nothing(self._wanted.project, self._guard)
        return bool(environment.ran)

    def _attempt(self, job: Job, traveller: Traveller | None, run: Callable[[Any], None]) -> Any:
        from alembic.script import ScriptDirectory

        from assay.trace.drivers import absent_drivers
        from assay.trace.environment import OnlineEnvironment, engines_seen, statements_to, transactions_to

        project = self._wanted.project
        directory = ScriptDirectory(str(project.script_location))
        replace_revisions(directory, self._wanted.known, project.toplevel)
        recorder = Recorder(lambda revision: str(project.toplevel / revision.path), self._guard)
        config = alembic_config(project, self._wanted.settings)
        if not (project.options.get("sqlalchemy.url") or "").startswith("postgresql"):
            config.set_main_option("sqlalchemy.url", _ANY_URL)
        environment = self._environment = OnlineEnvironment(
            config, directory, job, recorder, self._wanted.baseline.revisions if self._wanted.baseline else ()
        )
        with (
            absent_drivers(),
            engines_seen(),
            environment,
            located_batches(recorder),
            ordered_indexes(),
            ExitStack() as stack,
        ):
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
