"""Do the models and the database at head agree? What `alembic check` asks, on the scratch server."""

from __future__ import annotations

from typing import Any


def drift(context: Any) -> tuple[str, ...] | None:
    """The operations that autogenerate would write, one a line; None where env.py names no metadata.

    `context` is a MigrationContext on a database at head. Metadata without a table is none: its models
    were not imported.
    """
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.runtime.migration import MigrationContext

    metadata = context.opts.get("target_metadata")
    wholes = metadata if isinstance(metadata, (list, tuple)) else [metadata]
    if not any(whole is not None and whole.tables for whole in wholes):
        return None
    script = produce_migrations(context, metadata)
    if script.upgrade_ops is None or script.upgrade_ops.is_empty():
        return ()
    plain = MigrationContext.configure(dialect=context.dialect)  # rendering asks env.py's for its metadata
    code = render_python_code(script.upgrade_ops, migration_context=plain)
    return tuple(row.strip() for row in code.split("\n") if row.strip() and not row.strip().startswith("#"))
