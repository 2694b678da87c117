"""Renders revisions to SQL offline: the project's env.py once, one migration step at a time."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from assay.errors import AssayError
from assay.model import Direction, Revision, Statement
from assay.redact import redact
from assay.render.capture import Recorder, Script, located_batches, ordered_indexes
from assay.render.guard import ForeignConnectionError, Guard, PersistentConnectionError, no_connections
from assay.render.scripts import MissingFunction
from assay.render.split import split, transaction_after
from assay.render.workspace import EnvSettings, alembic_config, boot, workspace

if TYPE_CHECKING:
    from assay.history import Project

_OFFLINE_ONLY = ("MockConnection", "--sql mode", "literal value", "literal-quote")
"""In the messages of SQLAlchemy's and Alembic's exceptions for what only offline mode cannot do."""

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
"""Where an object lies in memory, in what Python prints of it."""

_NOT_RUN = "it ran no migration in offline mode"


class Failure(Struct, frozen=True):
    """Why a revision could not be rendered in one direction."""

    kind: str
    """The exception's class name."""
    message: str
    """Its text, without secrets, on one line."""
    line: int | None
    """The innermost line inside the revision file, 1-based."""
    missing_module: str | None = None
    """The module that an import of the project's did not find."""
    needs_connection: bool = False
    """It asked for a live connection (reflection, a query, an ORM session), or else fails only offline."""
    deliberate: bool = False
    """There is no downgrade, or it raises on purpose."""


class Rendered(Struct, frozen=True):
    """One revision in one direction."""

    revision: Revision
    direction: Direction
    text: str
    """Exactly what `alembic upgrade … --sql` writes for this step alone; empty on failure."""
    statements: tuple[Statement, ...] = ()
    failure: Failure | None = None
    refused: tuple[tuple[str, int], ...] = ()
    """(driver, line) of each connection that the revision tried to open."""


class Rendering(Struct, frozen=True):
    """What one run of env.py gave."""

    rendered: Mapping[tuple[str, Direction], Rendered]
    """By revision id and direction, in the order in which they ran."""
    rendered_by: str
    """`env.py` or `built-in env`."""
    opening: str = ""
    """What env.py wrote before the first step: `BEGIN;`, usually."""
    closing: str = ""
    """What it wrote after the last one."""
    env_path: str = ""
    """env.py: POSIX path relative to the git top level."""
    env_problem: str | None = None
    """Why the built-in env stood in, as the end of a sentence about env.py."""
    env_line: int | None = None
    """The line of env.py where it failed, where it did."""
    env_by_choice: bool = False
    """The built-in env was asked for."""
    printed: str = ""
    """What the project's code wrote to stdout and stderr."""

    def __repr__(self) -> str:
        """Without what was printed, which may hold secrets."""
        return f"Rendering({self.rendered!r}, {self.rendered_by!r}, env_problem={self.env_problem!r})"

    def script(self, ids: Iterable[str], direction: Direction = "upgrade") -> str:
        """The runnable text of the revisions `ids` together, as `alembic … --sql` would write it."""
        return "".join([self.opening, *(self.rendered[i, direction].text for i in ids), self.closing])


def render(
    project: Project,
    known: Iterable[Revision],
    todo: Sequence[tuple[Revision, Direction]],
    settings: EnvSettings | None = None,
) -> Rendering:
    """Render `todo` in its order; `known` is the whole history that they are part of.

    Only the files in `todo` are run, from the source they carry. Never raises for what a revision or
    env.py does: see `Failure` and `Rendering.env_problem`. Raises UsageError for a wrong boot hook.
    """
    if not todo:
        return Rendering(rendered={}, rendered_by="env.py")
    return _Run(project, list(known), todo, settings or EnvSettings()).go()


class _Run:
    def __init__(
        self,
        project: Project,
        known: list[Revision],
        todo: Sequence[tuple[Revision, Direction]],
        settings: EnvSettings,
    ) -> None:
        self._project, self._known, self._settings = project, known, settings
        self._todo = todo
        self._guard = Guard()
        self._problem: str | None = None
        self._problem_line: int | None = None

    def go(self) -> Rendering:
        with workspace(self._project) as printed, no_connections() as self._guard:
            environment, recorder, scripts = self._run_env() if self._has_env() else (None, None, None)
            if environment is None or recorder is None or scripts is None:
                environment, recorder, scripts = self._attempt(self._built_in)
        opening, closing = environment.framing
        rendered = {}
        for script in scripts:
            rendered[script.revision.id, script.direction] = self._rendered(script)
        return Rendering(
            rendered=rendered,
            rendered_by="env.py" if self._problem is None else "built-in env",
            opening=opening,
            closing=closing,
            env_path=self._project.relative(self._project.env_py),
            env_problem=self._problem,
            env_line=self._problem_line,
            env_by_choice=self._settings.env == "built-in",
            printed=redact(printed.getvalue()),
        )

    def _has_env(self) -> bool:
        if self._settings.env == "built-in":
            self._problem = "governance.yaml says alembic.env: built-in"
        elif not self._project.env_py.is_file():
            self._problem = "the file does not exist"
        return self._problem is None

    def _run_env(self) -> Any:
        try:
            environment, recorder, scripts = self._attempt(self._through_env_py)
        except AssayError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - env.py may raise anything: it is told
            self._problem = self._explain(error)
            return None, None, None
        if not environment.ran:
            self._problem = _NOT_RUN
            return None, None, None
        return environment, recorder, scripts

    def _attempt(self, run: Any) -> Any:
        from alembic.script import ScriptDirectory

        from assay.render.environment import OfflineEnvironment
        from assay.render.scripts import replace_revisions

        directory = ScriptDirectory(str(self._project.script_location))
        replace_revisions(directory, self._known, self._project.toplevel)
        recorder = Recorder(self._file, self._guard)
        scripts = [Script(revision, direction) for revision, direction in self._todo]
        config = alembic_config(self._project, self._settings)
        environment = OfflineEnvironment(config, directory, scripts, recorder)
        with environment, located_batches(recorder), ordered_indexes():
            run(environment)
        return environment, recorder, scripts

    def _through_env_py(self, environment: Any) -> None:
        if self._settings.boot:
            boot(self._project, self._settings.boot)
        environment.script.run_env()

    def _built_in(self, environment: Any) -> None:
        from assay.render import builtin

        builtin.run(environment, self._project.env_py)

    def _file(self, revision: Revision) -> str:
        return str(self._project.toplevel / revision.path)

    def _explain(self, error: BaseException) -> str:
        self._problem_line = line_in(error, str(self._project.env_py))
        if is_refusal(error):
            return "it connects to a database in offline mode"
        return env_problem(error)

    def _rendered(self, script: Script) -> Rendered:
        file = self._file(script.revision)
        refused = tuple(
            (attempt.by, line)
            for attempt in script.attempts
            for line in [attempt.line_in(file)]
            if line is not None
        )
        return Rendered(
            script.revision,
            script.direction,
            script.text,
            statements=_statements(script),
            failure=_failure(script, file) if script.error is not None else None,
            refused=tuple(dict.fromkeys(refused)),
        )


def _failure(script: Script, file: str) -> Failure:
    error = script.error
    assert error is not None
    return Failure(
        kind=type(error).__name__,
        message=explain(error),
        line=line_in(error, file),
        missing_module=error.name if isinstance(error, ModuleNotFoundError) else None,
        needs_connection=script.needs_connection or _wants_connection(error),
        deliberate=script.direction == "downgrade" and _on_purpose(error, script.revision, file),
    )


def _on_purpose(error: BaseException, revision: Revision, file: str) -> bool:
    """Whether a downgrade is missing, or the exception comes from a `raise` in the revision file itself."""
    if isinstance(error, (MissingFunction, NotImplementedError)):
        return True
    last = traceback.extract_tb(error.__traceback__)[-1:]
    if not last or last[0].filename != file or last[0].lineno is None:
        return False
    return revision.text.split("\n")[last[0].lineno - 1].lstrip().startswith("raise")


def env_problem(error: BaseException) -> str:
    """What env.py ended with, as the end of a sentence about it."""
    if isinstance(error, ModuleNotFoundError):
        return f"it needs the module {error.name!r}, which is not installed here"
    if isinstance(error, SystemExit):
        code = error.code or 0
        return f"it ended Python with the exit code {code if isinstance(code, int) else redact(f'1: {code}')}"
    return f"it raised {explain(error)}"


def is_refusal(error: BaseException | None) -> bool:
    """Whether the error, or one that it came from, is a refused connection."""
    while error is not None:
        if isinstance(error, (ForeignConnectionError, PersistentConnectionError)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _wants_connection(error: BaseException) -> bool:
    """Whether it fails only offline: no connection to ask, or a value that has no SQL literal."""
    kind, text = type(error).__name__, str(error)
    return kind == "NoInspectionAvailable" or any(mark in text for mark in _OFFLINE_ONLY)


def line_in(error: BaseException, file: str) -> int | None:
    """The innermost line of `file` that the error came through; None where it did not."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def explain(error: BaseException) -> str:
    """The error on one line, the same each time, without secrets: `ValueError: no`.

    Of PostgreSQL's, what PostgreSQL said; SQLAlchemy wraps it in the SQL and an address.
    """
    cause = getattr(error, "orig", None) or error
    diag = getattr(cause, "diag", None)
    said = [getattr(diag, "message_primary", None) or str(cause), getattr(diag, "message_detail", None)]
    text = redact(_ADDRESS.sub("", " ".join(": ".join(filter(None, said)).split())))
    return f"{type(cause).__name__}: {text}" if text else type(cause).__name__


def _statements(script: Script) -> tuple[Statement, ...]:
    from assay.render.locate import line_of, part_of, source_map

    text = script.revision.text
    statements = []
    for emission in script.emissions:
        whole = source_map(text).spans(emission.text, emission.line) if emission.written else None
        in_transaction = emission.in_transaction
        pieces = [(emission.text.rstrip("; \n"), 0)] if not emission.written else split(emission.text)
        for sql, start in pieces:
            spans = part_of(emission.text, sql, start, whole, emission.line)
            statements.append(
                Statement(
                    direction=script.direction,
                    sql=sql,
                    path=script.revision.path,
                    line=line_of(spans, emission.line) if len(pieces) > 1 else emission.line,
                    in_transaction=in_transaction,
                    origin="written" if emission.written else "generated",
                    spans=spans,
                )
            )
            in_transaction = transaction_after(sql, in_transaction)
    return tuple(statements)
