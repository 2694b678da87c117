"""Runs this project's revisions: offline to text, online on `DATABASE_URL` or the development server."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from logging.config import fileConfig
from pathlib import Path
from typing import Any

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
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
def _database_url() -> Iterator[URL]:
    """What `DATABASE_URL` names; else the development database, whose server runs meanwhile."""
    configured = os.environ.get("DATABASE_URL", "")
    if configured:
        yield _parsed(configured)
        return
    from assay.errors import AssayError
    from assay.scratch import development_url

    with ExitStack() as stack:
        try:
            url = stack.enter_context(development_url(PROJECT_ROOT))
        except AssayError as error:
            raise CommandError(f"{error.message} {error.advice}") from error
        yield make_url(url)


def _parsed(configured: str) -> URL:
    """`DATABASE_URL` for SQLAlchemy; no message quotes it, nor an error that does: it holds a password."""
    scheme, separator, rest = configured.partition("://")
    try:
        url = make_url(DRIVER + rest if separator and scheme in {"postgres", "postgresql"} else configured)
        if "@" in (url.host or ""):  # the end of a password, which the server's name would give away
            raise ValueError
    except (ArgumentError, ValueError):
        raise CommandError(
            "DATABASE_URL is not a URL such as postgresql://user:password@host:5432/database;"
            " percent-encode the characters / @ : # ? % in the password."
        ) from None
    if url.get_backend_name() != "postgresql":
        raise CommandError(
            "DATABASE_URL does not begin with postgresql://, and these revisions need PostgreSQL."
        )
    return url


def _connect(url: URL) -> Connection:
    try:
        return create_engine(url, poolclass=NullPool).connect()
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise CommandError(f"The database of DATABASE_URL cannot be opened: {reason}") from None
    except (ArgumentError, ModuleNotFoundError):
        raise CommandError(f"DATABASE_URL names a driver that is not installed: {url.drivername}.") from None


def run_migrations_offline() -> None:
    """Write the SQL; no database is opened and no server started."""
    context.configure(
        dialect_name="postgresql", literal_binds=True, dialect_opts={"paramstyle": "named"}, **OPTIONS
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    """Run the revisions, each in its own transaction."""
    with _database_url() as url, _connect(url) as connection:
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
