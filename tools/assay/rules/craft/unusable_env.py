"""env.py cannot be used here, and Assay's built-in env stands in.

## What it does

Says that the project's `env.py` could not render (it raised, it needs a module or a setting that is not
there, it connects to a database in offline mode, or it runs nothing), so that the revisions were rendered
by an environment of Assay's own.

## Why is this bad?

The built-in env does not know your metadata: constraints that you left to a naming convention come out
without their names (8 % of revisions in 37 public projects). The SQL is then not exactly what
`alembic upgrade` runs.

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

from assay.model import Finding, Severity
from assay.render import Rendering
from assay.rules import rule

severity = Severity.NOTE

_OFFLINE = (
    "Give env.py an offline branch, as Alembic's template has: `if context.is_offline_mode():`, and in it "
    "`context.configure(url=…)` and `context.run_migrations()`."
)
_ADVICE = {
    "it needs the module": "Install it beside Assay (pre-commit: `additional_dependencies`).",
    "it ran no migration": _OFFLINE,
    "it connects to a database": _OFFLINE,
    "it raised SyntaxError": "Mend env.py: Alembic cannot run it either.",
    "the file does not exist": "Make one with `alembic init`, or mend script_location.",
}
"""By the beginning of the problem."""


def check(rendering: Rendering) -> Iterator[Finding]:
    """One finding when the built-in env stood in without having been asked for."""
    if rendering.env_problem is not None and not rendering.env_by_choice:
        yield rule("craft", "unusable-env").finding(
            f"env.py could not be used: {rendering.env_problem.removesuffix('.')}. Assay's built-in env "
            "rendered the revisions, so names that a naming convention gives may be missing.",
            _advice(rendering.env_problem),
            path=rendering.env_path,
            line=rendering.env_line,
        )


def _advice(problem: str) -> str:
    return next(
        (advice for beginning, advice in _ADVICE.items() if problem.startswith(beginning)),
        "Give env.py what it needs: environment variables, or alembic.x, alembic.attributes or alembic.boot "
        "in governance.yaml; or accept the built-in env there with `alembic: {env: built-in}`.",
    )
