"""`assay scratch`: the throwaway servers on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import click

from assay import __version__
from assay.cli._help import Group
from assay.errors import ExitCode

Format = Literal["text", "json"]

format_option = click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell the result.",
)


@click.group(cls=Group)
def command() -> None:
    """Look at, stop or remove the throwaway PostgreSQL servers that revisions are proven on.

    They start when a command needs them and stop with it; what stays is a cache. The development database
    is none of them.
    """


@command.command()
@format_option
def status(format: Format) -> ExitCode:  # noqa: A002
    """Say which servers there are, where, whether they run, and how much room they take."""
    from assay.scratch import holdings

    found = holdings.holdings()
    servers = [
        {
            "name": each.name,
            "major": int(each.name.partition("-")[0]),
            "folder": str(each.folder),
            "running": each.pid is not None,
            "pid": each.pid,
            "bytes": each.bytes,
            "databases": each.databases,
        }
        for each in found
    ]
    lines = [
        f"{each.name}: {f'runs (process {each.pid})' if each.pid else 'does not run'},"
        f" {each.databases} database{'' if each.databases == 1 else 's'} kept, {each.bytes / 1e6:.0f} MB"
        f"\n  {each.folder}"
        for each in found
    ]
    return _tell(format, "status", {"servers": servers}, lines or ["There are no scratch servers."])


@command.command()
@format_option
def stop(format: Format) -> ExitCode:  # noqa: A002
    """Stop every scratch server of this user, whoever uses it."""
    return _each(format, "stop", "stopped")


@command.command()
@format_option
def clean(format: Format) -> ExitCode:  # noqa: A002
    """Remove the servers' folders; refuses while one of them is in use."""
    return _each(format, "clean", "removed")


def _each(format: Format, name: str, done: str) -> ExitCode:  # noqa: A002
    from assay.scratch import holdings

    action: Callable[[], list[str]] = getattr(holdings, name)
    names = action()
    return _tell(format, name, {done: names}, [f"{each}: {done}" for each in names] or [f"Nothing {done}."])


def _tell(format: Format, name: str, result: dict[str, Any], lines: list[str]) -> ExitCode:  # noqa: A002
    if format == "json":
        tool = {"name": "assay", "version": __version__}
        click.echo(json.dumps({"version": 1, "tool": tool, "command": f"scratch {name}", **result}, indent=2))
    else:
        click.echo("\n".join(lines))
    return ExitCode.OK
