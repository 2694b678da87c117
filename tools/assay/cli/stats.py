"""`assay stats`: how large the tables of a live database are."""

from __future__ import annotations

import json
import os

import click

from assay.errors import ExitCode, UsageError

FALLBACK = "DATABASE_URL"
"""Read where no option names the database."""


@click.command()
@click.option(
    "--url", metavar="URL", help="The database: postgresql://… (it shows in the list of processes)."
)
@click.option(
    "--url-env", metavar="NAME", help=f"The environment variable that holds the URL (else {FALLBACK})."
)
@click.option("--env", "name", metavar="NAME", help="The database of this environment (governance.yaml).")
def command(url: str | None, url_env: str | None, name: str | None) -> ExitCode:
    """Print row counts and bytes of the tables of a live database, as JSON.

    `assay check --stats FILE` takes it: what blocks a small table is no error. Only PostgreSQL's estimates
    are read, in a read-only transaction with timeouts; nothing of the data is recorded.
    """
    from assay.catalog.source import chosen
    from assay.cli._promotion import target_of
    from assay.stats import read_stats

    if name is not None and url is None:
        click.echo(json.dumps(read_stats(target_of(name, url_env).url()).document(), indent=2))
        return ExitCode.OK
    if url is None and url_env is None:
        if FALLBACK not in os.environ:
            raise UsageError(
                "No database is named.", f"Give --url-env NAME (or --url URL), or set {FALLBACK}."
            )
        url_env = FALLBACK
    click.echo(json.dumps(read_stats(chosen(None, url, url_env)).document(), indent=2))
    return ExitCode.OK
