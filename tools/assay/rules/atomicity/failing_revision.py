"""The revision raises an error instead of emitting its SQL.

## What it does

Reports a revision whose `upgrade()` or `downgrade()` raised while it was rendered, or whose file could not be
imported, with the exception and the innermost line of the revision file.

## Why is this bad?

`alembic upgrade` will fail at the same line. A revision that fails in a deployment stops it half-way.

## Example

```python
def upgrade() -> None:
    op.add_column("companies", sa.Column("website", sa.Txt()))  # AttributeError
```

## Use instead

```python
def upgrade() -> None:
    op.add_column("companies", sa.Column("website", sa.Text()))
```

Where a module is missing because the hook's environment does not have your application, name it in
`additional_dependencies` of the hook, or do not import the application in revisions: they outlive it.

## References

- [Alembic: operation reference](https://alembic.sqlalchemy.org/en/latest/ops.html)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.render import Rendered, Rendering
from assay.rules import rule

severity = Severity.ERROR


def check(rendering: Rendering) -> Iterator[Finding]:
    """Every failure that is the revision's own; a name that is too long has a rule of its own."""
    for rendered in rendering.rendered.values():
        failure = rendered.failure
        if failure is None or failure.needs_connection or failure.deliberate or rendered.refused:
            continue
        if failure.kind == "IdentifierError":
            continue
        yield rule("atomicity", "failing-revision").finding(
            f"{rendered.direction}() raises {failure.message}",
            _advice(rendered, rendering),
            revision=rendered.revision.id,
            path=rendered.revision.path,
            line=failure.line or _definition(rendered) or rendered.revision.line,
        )


def _definition(rendered: Rendered) -> int | None:
    """The line of the function, for what is raised by calling it."""
    text = rendered.revision.text
    found = re.search(rf"^(async )?def {rendered.direction}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _advice(rendered: Rendered, rendering: Rendering) -> str:
    failure = rendered.failure
    assert failure is not None
    if failure.missing_module is not None:
        package = failure.missing_module.partition(".")[0]
        return (
            f"Install {package!r} beside Assay (pre-commit: `additional_dependencies`), or keep the revision "
            "free of application imports."
        )
    if rendering.env_problem is not None:
        return f"It ran in Assay's built-in env, because of env.py: {rendering.env_problem}."
    return f"`alembic {rendered.direction}` fails here too; mend this line."
