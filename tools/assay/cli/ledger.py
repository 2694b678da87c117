"""`assay ledger`: what was promoted, when, by whom, from which plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from assay.cli._promotion import Format, dumped, env_option, format_option, target_of, url_env_option
from assay.errors import ExitCode

if TYPE_CHECKING:
    from assay.promote import Entry


@click.command()
@env_option
@url_env_option
@format_option
def command(name: str, url_env: str | None, format: Format) -> ExitCode:  # noqa: A002 - as the option is called
    """Tell everything that was promoted to an environment, oldest first."""
    from assay._clean import clean
    from assay.promote import read_ledger

    entries = read_ledger(target_of(name, url_env))
    if format == "json":
        click.echo(dumped("ledger", {"environment": name, "entries": msgspec.to_builtins(entries)}))
        return ExitCode.OK
    for entry in entries:
        click.echo(clean(_told(entry)))
    if not entries:
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
