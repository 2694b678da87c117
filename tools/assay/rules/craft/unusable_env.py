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


def check(rendering: Rendering) -> Iterator[Finding]:
    """One finding when the built-in env stood in without having been asked for."""
    if rendering.env_problem is not None and not rendering.env_by_choice:
        yield rule("craft", "unusable-env").finding(
            f"env.py could not be used: {rendering.env_problem}. Assay's built-in env rendered the "
            "revisions, so names that a naming convention gives may be missing.",
            "Install what env.py needs beside Assay, or set alembic.x, alembic.attributes or alembic.boot in "
            "governance.yaml.",
            path=rendering.env_path,
            line=rendering.env_line or 1,
        )
