"""A bug in Assay: one sentence for the user, and a log to send that carries no secret."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

import click

from assay import __version__
from assay._clean import clean
from assay.redact import redact, redact_command, redact_values


def report_bug(error: BaseException) -> None:
    """Write the log, and say on stderr where it is and where to send it."""
    text = bug_log(error, sys.argv, os.environ)
    what = redact_values(redact(f"{type(error).__name__}: {error}".partition("\n")[0]), os.environ)
    click.echo(f"assay: this is a bug in Assay, not in your revisions ({clean(what)}).", err=True)
    path = _write(text)
    shown = "\n".join(map(clean, text.split("\n")))
    attach = f"attach {path}" if path else f"paste what follows\n\n{shown}"
    click.echo(f"Open an issue in Assay's repository and {attach}", err=True)
    click.echo("Passwords are already taken out of it.", err=True)


def bug_log(error: BaseException, arguments: list[str], environment: Mapping[str, str]) -> str:
    """The log: versions, platform, command and traceback."""
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    parts = (
        f"assay {__version__}",
        f"python {sys.version}".replace("\n", " "),
        f"platform {platform.platform()}",
        *(f"{name} {version}" for name, version in _versions()),
        f"command {redact_command(arguments)}",
        "",
        redact(trace),
    )
    return redact_values("\n".join(parts), environment)


def _versions() -> list[tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in ("alembic", "sqlalchemy", "sqlfluff", "psycopg2-binary", "rich", "click", "msgspec"):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "not installed"))
    return found


def _write(text: str) -> Path | None:
    """The log in the cache folder, else in a temporary file; None where neither can be written."""
    name = f"bug-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    for folder in (_cache_folder, lambda: Path(tempfile.gettempdir())):
        try:
            path = folder() / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except (OSError, RuntimeError, ImportError):
            continue
        return path
    return None


def _cache_folder() -> Path:
    from assay.scratch import cache_folder

    return cache_folder()
