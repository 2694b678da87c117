"""Style: sqlfluff reads the SQL that revisions emit, and answers at their lines.

    with Linter(toplevel) as linter:
        linter.start()                      # sqlfluff loads in a process of its own …
        statements = …                      # … while this one renders
        findings = linter.lint(statements, revisions)

SQL that a person wrote gets the profile of the project's own sqlfluff configuration; SQL that SQLAlchemy
generated gets only the rules about meaning and naming.
"""

from __future__ import annotations

from assay.style._findings import sqlfluff_name
from assay.style._linter import Linter
from assay.style._process import WorkerError

__all__ = ["Linter", "WorkerError", "sqlfluff_name"]
