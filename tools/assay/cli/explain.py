"""`assay explain`: a rule's page, or the list of all rules."""

from __future__ import annotations

import json
import re
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

import click

from assay._clean import clean
from assay.config import SQLFLUFF_CODE
from assay.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from assay.docs.pages import Page
    from assay.report import ColorChoice


@click.command()
@click.argument("rule", required=False)
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
def command(rule: str | None, format: Literal["text", "json"], color: ColorChoice) -> ExitCode:  # noqa: A002
    """Print the page of RULE: what it finds, why that is bad, what to do instead.

    Without RULE, list every rule. sqlfluff's codes (LT01 …) are known too.
    """
    from assay.docs import pages

    if rule is None:
        found, page = list(pages.every()), None
    else:
        entry = _find(rule)
        found, page = [entry], pages.markdown(entry)
    if format == "json":
        click.echo(json.dumps(pages.document(found), indent=2))
    else:
        _print(page or pages.listing(found), color)
    return ExitCode.OK


def _find(name: str) -> Page:
    from assay.docs import pages

    known = {page.id: page for page in pages.every()}
    if name.lower() in known:
        return known[name.lower()]
    if re.fullmatch(SQLFLUFF_CODE, name.upper()):
        found = pages.sqlfluff(name.upper())
        if found is not None:
            return found
    near = get_close_matches(name.lower().replace("_", "-"), known, n=1, cutoff=0.5)
    advice = f"Did you mean `{near[0]}`?" if near else "`assay explain` lists every rule."
    raise UsageError(f"There is no rule `{clean(name)}`.", advice)


def _print(markdown: str, color: ColorChoice) -> None:
    """Laid out on a terminal; as it is in a pipe."""
    from assay.report import show_markdown

    show_markdown(markdown, color, sys.stdout)
