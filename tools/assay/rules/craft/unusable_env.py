"""env.py cannot be used here, and Assay's built-in env stands in.

## What it does

Says that the project's `env.py` could not render, or could not run on the scratch server (it raised, it
needs a module, a role or a setting that is not there, it connects to a database itself, or it runs nothing),
so that an environment of Assay's own stood in. It is a note where nothing could be rendered, a warning where
nothing could be run, and an error where `env.py` ended as if all were well and had run nothing.

## Why is this bad?

The built-in env does not know your metadata: constraints that you left to a naming convention come out
without their names (8 % of revisions in 37 public projects). The SQL is then not exactly what
`alembic upgrade` runs. And an `env.py` that runs nothing lets a deployment pass that changed nothing.

## Example

```python
# migrations/env.py
from app.models import Base  # ModuleNotFoundError: app's dependencies are not installed here

target_metadata = Base.metadata
```

## Use instead

Install what env.py imports beside Assay (pre-commit: `additional_dependencies`), give it its settings in
`governance.yaml` (`alembic: {x: …, attributes: …, boot: …}`), or say `alembic: {env: built-in}` there to
accept the built-in env.

## References

- [Alembic: offline mode in env.py](https://alembic.sqlalchemy.org/en/latest/offline.html#customizing-the-environment)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model import Finding, Severity
from assay.render import Rendering
from assay.rules import rule
from assay.trace import Tracing

severity = Severity.NOTE

_OFFLINE = (
    "Give env.py an offline branch, as Alembic's template has: `if context.is_offline_mode():`, and in it "
    "`context.configure(url=…)` and `context.run_migrations()`."
)
_ADVICE = {
    "it needs the module": "Install it beside Assay (pre-commit: `additional_dependencies`).",
    "it ran no migration with a connection": (
        "Call `context.configure(connection=…)` and `context.run_migrations()` whenever Alembic is not "
        "offline."
    ),
    "it ran no migration": _OFFLINE,
    "it connects to a database in offline mode": _OFFLINE,
    "it connects to a database past": "Give Alembic an SQLAlchemy engine for PostgreSQL.",
    "it raised SyntaxError": "Mend env.py: Alembic cannot run it either.",
    "the file does not exist": "Make one with `alembic init`, or mend script_location.",
}
"""By the beginning of the problem."""


def check(observed: Rendering | Tracing) -> Iterator[Finding]:
    """One finding when the built-in env stood in without having been asked for."""
    if observed.env_problem is None or observed.env_by_choice:
        return
    finding = rule("craft", "unusable-env").finding(
        f"env.py {_consequence(observed, observed.env_problem.removesuffix('.'))}",
        _advice(observed.env_problem),
        path=observed.env_path,
        line=observed.env_line,
    )
    if isinstance(observed, Rendering):
        yield finding
    else:
        yield replace(finding, severity=Severity.ERROR if observed.env_quiet else Severity.WARNING)


def _consequence(observed: Rendering | Tracing, problem: str) -> str:
    if isinstance(observed, Tracing) and not observed.stood_in:
        return f"failed after it had run the revisions on the scratch server: {problem}."
    missing = "so names that a naming convention gives may be missing"
    if isinstance(observed, Rendering):
        return f"could not be used: {problem}. Assay's built-in env rendered the revisions, {missing}."
    quiet = ", as if all were well" if observed.env_quiet else ""
    return (
        f"could not be used on the scratch server: {problem}{quiet}. "
        f"Assay's built-in env ran the revisions, {missing}."
    )


def _advice(problem: str) -> str:
    return next(
        (advice for beginning, advice in _ADVICE.items() if problem.startswith(beginning)),
        "Give env.py what it needs: environment variables, or alembic.x, alembic.attributes or alembic.boot "
        "in governance.yaml; or accept the built-in env there with `alembic: {env: built-in}`.",
    )
