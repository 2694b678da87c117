"""`assay diff A B`: what differs between two schemas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

import click

from assay.errors import ExitCode

if TYPE_CHECKING:
    from assay.report import ColorChoice

COLORS = {"+": "green", "-": "red", "~": "yellow"}


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell the result.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to colour it.",
)
def command(before: str, after: str, format: Literal["text", "json"], color: ColorChoice) -> ExitCode:  # noqa: A002
    """Tell what has to happen to the schema A to become the schema B.

    A and B are each a postgresql:// URL, `env:NAME` for a URL in an environment variable, a file that
    `assay schema --format json` wrote, or a revision of the project. Exit code 1 when they differ.
    """
    from assay.catalog import diff, diff_document, source
    from assay.cli._tracing import revision_catalog

    old, new = (source.open_source(name, revision_catalog) for name in (before, after))
    changes = diff(old, new)
    if format == "json":
        click.echo(json.dumps(diff_document(changes, old, new), indent=2))
    else:
        _print(str(changes) or f"No difference ({new.short}).", color)
    return ExitCode.FINDINGS if changes else ExitCode.OK


def _print(text: str, color: ColorChoice) -> None:
    import sys

    from assay._clean import clean
    from assay.report._surface import surface

    wanted = surface(sys.stdout, color).color
    for line in text.split("\n"):
        shown = clean(line)
        sign = shown.lstrip()[:1]
        click.echo(click.style(shown, fg=COLORS[sign]) if wanted and sign in COLORS else shown, color=wanted)
