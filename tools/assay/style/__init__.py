"""Style: sqlfluff reads the SQL that revisions emit, and answers at their lines.

    with Linter(toplevel) as linter:
        linter.start()                      # sqlfluff loads in a process of its own …
        statements = …                      # … while this one renders
        findings = linter.lint(statements, revisions)

SQL that a person wrote gets the profile of the project's own sqlfluff configuration; SQL that SQLAlchemy
generated gets only the rules about meaning and naming.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.style._findings import sqlfluff_name
    from assay.style._linter import Linter
    from assay.style._process import WorkerError

__all__ = ["Linter", "WorkerError", "sqlfluff_name"]

_HOMES = {"Linter": "_linter", "WorkerError": "_process", "sqlfluff_name": "_findings"}


def __getattr__(name: str) -> Any:
    """Import what is asked for, and no more: a worker, whose modules are of this package, needs none."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
