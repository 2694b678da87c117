"""`assay ledger`: what was promoted, when, by whom, from which plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from assay.cli._promotion import (
    Format,
    database_of,
    dumped,
    env_option,
    format_option,
    labels_of,
    target_of,
    url_env_option,
)
from assay.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from assay.promote import Entry


@click.command()
@env_option
@url_env_option
@format_option
def command(name: str, url_env: str | None, format: Format) -> ExitCode:  # noqa: A002 - as the option is called
    """Tell everything that was promoted to an environment, or to a database of a fleet, oldest first."""
    from assay._clean import clean
    from assay.promote import read_ledger

    labels = labels_of(name)
    if url_env is not None and len(labels) != 1:
        raise UsageError("--url-env is for one database.", f"Name it: {', '.join(labels)}.")
    targets = [target_of(label, url_env) for label in labels]
    ledgers = {target.database: read_ledger(target) for target in targets}
    if format == "json":
        told = msgspec.to_builtins(ledgers)
        content = {"entries": told[None]} if None in told else {"databases": told}
        click.echo(dumped("ledger", {"environment": database_of(name)[0], **content}))
        return ExitCode.OK
    rows = [(entry, database) for database, entries in ledgers.items() for entry in entries]
    for entry, database in sorted(rows, key=lambda row: row[0].finished):
        click.echo(clean(_told(entry) + (f" on {database}" if database else "")))
    if not rows:
        click.echo(f"Nothing was ever promoted to {name}.")
    return ExitCode.OK


def _told(entry: Entry) -> str:
    part = (
        f" part {entry.segment + 1}/{entry.segments}" if entry.event in ("started", "done", "failed") else ""
    )
    said = f"{entry.finished:%Y-%m-%d %H:%M:%S} {entry.event:9} {entry.direction} {entry.revision}{part}"
    said += f" plan {entry.plan[:12]} by {entry.actor or 'unknown'}"
    said += f" in {entry.run_url}" if entry.run_url else ""
    return said + (f" ({entry.error})" if entry.error else "")
