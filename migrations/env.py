"""Runs this project's revisions: offline to text, online on `DATABASE_URL` or the development server."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from logging.config import fileConfig
from pathlib import Path
from typing import Any

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from models import Base

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DRIVER = "postgresql+psycopg2://"

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)


def _number(_: MigrationContext, __: str | Iterable[str | None], new: list[MigrationScript]) -> None:
    """Give a new revision the number after the highest one, unless --rev-id named it."""
    if getattr(config.cmd_opts, "rev_id", None):
        return
    taken = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    highest = max((int(revision) for revision in taken if revision.isdigit()), default=0)
    for offset, script in enumerate(new, start=1):
        script.rev_id = f"{highest + offset:03}"


OPTIONS: dict[str, Any] = {
    "target_metadata": Base.metadata,
    "transaction_per_migration": True,
    "compare_type": True,
    "compare_server_default": True,
    "process_revision_directives": _number,
}


@contextmanager
def _database_url() -> Iterator[str]:
    """The URL of `DATABASE_URL`, for psycopg2; else of the development server, which runs meanwhile."""
    configured = os.environ.get("DATABASE_URL", "")
    if configured:
        scheme, separator, rest = configured.partition("://")
        yield DRIVER + rest if separator and scheme in {"postgres", "postgresql"} else configured
        return
    from assay.scratch import development_url

    with development_url(PROJECT_ROOT) as url:
        yield url


def run_migrations_offline() -> None:
    """Write the SQL; no database is opened and no server started."""
    context.configure(
        dialect_name="postgresql", literal_binds=True, dialect_opts={"paramstyle": "named"}, **OPTIONS
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    """Run the revisions, each in its own transaction."""
    with _database_url() as url, create_engine(url, poolclass=NullPool).connect() as connection:
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
