"""`assay plan`: the exact SQL that brings an environment to a revision."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
import msgspec

from assay.cli._options import stats_option
from assay.cli._promotion import Format, dumped, format_option, seal_of, url_env_option
from assay.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from assay.promote import Plan


@click.group(invoke_without_command=True)
@click.option("--env", "name", metavar="NAME", help="The environment (governance.yaml).")
@click.option(
    "--from",
    "at",
    metavar="REVISION",
    help="Where it is (several with commas, `base` before the first); without it the database is asked.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What `assay status --format json` told of it, where its URL is not at hand.",
)
@url_env_option
@click.option(
    "--to",
    metavar="REVISION",
    help="Where it is to be: heads without it, the revision before with --down.",
)
@click.option("--down", is_flag=True, help="Go back.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to write it: plans/NAME-CHECKSUM without it.",
)
@stats_option
@format_option
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> ExitCode:
    """Write the exact SQL that brings an environment to a revision, for review, `assay apply` and psql.

    The revisions are rendered, and run on a throwaway server at the state that the environment is in; the
    plan tells the schema before and after each, locks, what to ask of the data, and times with --stats. The
    same commit and the same state give the same plan. The environment is only read.
    """
    if ctx.invoked_subcommand is not None:
        return ExitCode.OK
    if given["name"] is None:
        raise UsageError("--env is missing.", "Name the environment: `assay plan --env staging`.")
    from assay.cli._planning import planned

    found = planned(given.pop("name"), given)
    if isinstance(found, str):
        click.echo(dumped("plan", {"plan": None, "message": found}) if given["format"] == "json" else found)
        return ExitCode.OK
    _write(found, given["output"] or Path("plans") / f"{found.environment}-{found.short}", given["format"])
    return ExitCode.OK


@command.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to tell it.",
)
def show(folder: Path, format: Literal["text", "json", "markdown"]) -> ExitCode:  # noqa: A002
    """Show a plan: what it changes, locks, asks and takes, and its SQL.

    FOLDER is what `assay plan` wrote. It is refused where one byte of it was changed.
    """
    from assay.plan.text import lines, markdown
    from assay.promote import read_plan

    plan, seal = read_plan(folder)
    if format == "json":
        told = {"plan": msgspec.to_builtins(plan), "seal": msgspec.to_builtins(seal)}
        click.echo(dumped("plan show", told))
    elif format == "markdown":
        click.echo(markdown(plan, seal), nl=False)
    else:
        click.echo("\n".join(lines(plan, seal)))
    return ExitCode.OK


def _write(plan: Plan, folder: Path, format: Format) -> None:  # noqa: A002 - as the option is called
    from assay.plan.text import lines
    from assay.promote import write_plan

    try:
        write_plan(folder, plan, seal_of(plan))
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}.", "Give another --output.") from None
    if format == "json":
        click.echo(dumped("plan", {"plan": msgspec.to_builtins(plan), "folder": str(folder)}))
        return
    click.echo("\n".join(lines(plan)))
    run = "apply" if plan.direction == "upgrade" else "rollback"
    click.echo(f"Written to {folder}. Run it with: assay {run} {folder} --env {plan.environment}", err=True)
