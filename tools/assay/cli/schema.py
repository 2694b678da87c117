"""`assay schema`: what is in a database, object by object."""

from __future__ import annotations

import json
from typing import Literal

import click

from assay.errors import ExitCode


@click.command()
@click.argument("revision", required=False, metavar="[REVISION]")
@click.option(
    "--url", metavar="URL", help="The database: postgresql://… (it shows in the list of processes)."
)
@click.option("--url-env", metavar="NAME", help="The environment variable that holds the URL.")
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell the result.",
)
def command(
    revision: str | None,
    url: str | None,
    url_env: str | None,
    format: Literal["text", "json"],  # noqa: A002
) -> ExitCode:
    """Print the schema of a database as PostgreSQL tells it, and its fingerprint.

    REVISION is a snapshot file, or a revision of the project. The database is only read. The JSON is a
    snapshot: `assay diff` takes it.
    """
    from assay._clean import clean
    from assay.catalog import catalog_document, source
    from assay.catalog.text import outline
    from assay.cli._tracing import revision_catalog

    catalog = source.open_source(source.chosen(revision, url, url_env), revision_catalog)
    if format == "json":
        click.echo(json.dumps(catalog_document(catalog), indent=2))
        return ExitCode.OK
    for line in outline(catalog):
        click.echo(clean(line))
    click.echo(f"\n{len(catalog)} objects, fingerprint {catalog.fingerprint}")
    return ExitCode.OK
