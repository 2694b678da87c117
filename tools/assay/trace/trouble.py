"""What went wrong with env.py while it was to run revisions on the scratch server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from assay.render import Guard, env_problem, is_refusal, line_in
from assay.trace.model import Refused

if TYPE_CHECKING:
    from assay.history import Project

_REFUSED = "it connects to a database past SQLAlchemy's engine for PostgreSQL, which was refused"


class Trouble(NamedTuple):
    """Why the built-in env stands in, or that env.py failed when the revisions had run."""

    problem: str
    """The end of a sentence about env.py."""
    line: int | None = None
    """The line of env.py."""
    by_choice: bool = False
    quiet: bool = False
    """It ended as if all were well."""
    refused: tuple[Refused, ...] = ()

    def told(self) -> dict[str, Any]:
        """As fields of `Tracing`."""
        return {
            "env_problem": self.problem,
            "env_line": self.line,
            "env_by_choice": self.by_choice,
            "env_quiet": self.quiet,
        }


def raised(error: BaseException, project: Project, guard: Guard) -> Trouble:
    """env.py ended with `error`."""
    quiet = isinstance(error, SystemExit) and not error.code and not is_refusal(error)
    problem = _REFUSED if is_refusal(error) else env_problem(error)
    return Trouble(
        problem,
        line_in(error, str(project.env_py)),
        quiet=quiet,
        refused=_refused(guard, project),
    )


def ran_nothing(project: Project, guard: Guard) -> Trouble:
    """env.py ended, and had called `run_migrations()` nowhere."""
    return Trouble("it ran no migration with a connection", quiet=True, refused=_refused(guard, project))


def _refused(guard: Guard, project: Project) -> tuple[Refused, ...]:
    """The connections that env.py, or what it called, tried to open."""
    found = ((attempt.by, attempt.line_in(str(project.env_py))) for attempt in guard.attempts)
    path = project.relative(project.env_py)
    return tuple(dict.fromkeys(Refused(by, path, line) for by, line in found if line is not None))
