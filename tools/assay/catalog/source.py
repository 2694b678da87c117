"""Where a catalog comes from, as the command line names it: a URL, a snapshot file, a revision."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assay.catalog.document import load_catalog
from assay.catalog.model import Catalog
from assay.catalog.read import read_catalog
from assay.database import connect, is_url, reason, url_in
from assay.errors import EnvironmentFailedError, UsageError
from assay.redact import redact

HEAD = "head"
"""What is meant when nothing is named."""

LIMITS = "SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '5s'"
"""Of the transaction that reads a live database (a pooler refuses them as options of the connection)."""


def open_source(name: str, revision: Callable[[str], Catalog] | None = None) -> Catalog:
    """The catalog that `name` means: a `postgresql://` URL, `env:NAME`, a snapshot file, else a revision's.

    `revision` makes the catalog of a revision (`head`, an id …); without it there are no revisions.
    """
    if name.startswith("env:"):
        name = url_in(name[4:])
    if is_url(name):
        return read_url(name)
    path = Path(name)
    if path.suffix == ".json" or path.is_file():
        return _read_file(path)
    if revision is not None:
        return revision(name)
    raise UsageError(
        f"`{redact(name)}` is neither a URL nor a file.",
        "Give a postgresql:// URL, or a file that `assay schema --format json` wrote.",
    )


def chosen(name: str | None, url: str | None, variable: str | None) -> str:
    """The one source that was named, as a URL or file or revision; the project's head where none was."""
    given = [value for value in (name, url, variable) if value is not None]
    if len(given) > 1:
        raise UsageError(
            "A schema is asked for in more than one way.", "Give a revision, or --url, or --url-env."
        )
    if variable is not None:
        return url_in(variable)
    if url is not None and not is_url(url):
        raise UsageError("--url is no PostgreSQL URL.", "Write it as postgresql://user@host:5432/database.")
    return given[0] if given else HEAD


def read_url(url: str) -> Catalog:
    """The catalog of a live database: read-only, with a statement timeout; no error tells the password."""
    import psycopg2

    opened = connect(url)
    try:
        opened.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with opened.cursor() as cursor:
            cursor.execute(LIMITS)
        return read_catalog(opened)
    except psycopg2.Error as error:
        why = reason(error, url)
        raise EnvironmentFailedError(
            f"The database did not tell its schema: {why}.", "Try again, or look at the server's log."
        ) from None
    finally:
        opened.close()


def _read_file(path: Path) -> Catalog:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}.",
            "Give a file that `assay schema --format json` wrote.",
        ) from error
    return load_catalog(text)
