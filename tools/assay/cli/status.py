"""`assay status`: where each environment stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from assay.cli._promotion import Format, dumped, format_option, governance, target_of, version_table_here
from assay.errors import AssayError, ExitCode, UsageError

if TYPE_CHECKING:
    from assay.promote import State


class Standing(msgspec.Struct, kw_only=True):
    """One environment in the JSON document."""

    environment: str
    state: State | None
    """Null where it was not, or could not be asked."""
    pending: list[str] | None
    """The revisions of this checkout that it does not have; null where that is not known."""
    problem: str | None = None


@click.command()
@click.option("--env", "names", multiple=True, metavar="NAME", help="The environment; all of them without.")
@format_option
def command(names: tuple[str, ...], format: Format) -> ExitCode:  # noqa: A002 - as the option is called
    """Tell where each environment stands, what is pending there, and who applied what from which plan.

    Exit code 1 where a revision is half done or not verified, 3 where an environment cannot be asked.
    """
    known = governance().environments
    if not known:
        raise UsageError("governance.yaml names no environments.", "Add them below `environments`.")
    told = [_standing(name) for name in names or known]
    if format == "json":
        click.echo(dumped("status", {"environments": msgspec.to_builtins(told)}))
    else:
        for standing in told:
            _print(standing)
    if any(standing.problem for standing in told):
        return ExitCode.ENVIRONMENT
    finished = all(each.state is None or each.state.unfinished_plan is None for each in told)
    return ExitCode.OK if finished else ExitCode.FINDINGS


def _standing(name: str) -> Standing:
    from assay.promote import read_state

    try:
        state = read_state(target_of(name), version_table_here())
    except AssayError as error:
        return Standing(environment=name, state=None, pending=None, problem=error.message)
    return Standing(environment=name, state=state, pending=_pending(state.at))


def _pending(at: Sequence[str]) -> list[str] | None:
    from assay.cli._session import project_at
    from assay.history import Graph, Selection, read_history

    try:
        history = read_history(project_at(Path.cwd(), governance()), Selection(all=True))
    except AssayError:  # the job that promotes need not have a checkout
        return None
    if any(each not in history.revisions for each in at):
        return None
    done = Graph(history.revisions).ancestors(at)
    return [each for each in history.revisions if each not in done]


def _print(standing: Standing) -> None:
    from assay._clean import clean

    for line in _lines(standing):
        click.echo(clean(line))


def _lines(standing: Standing) -> list[str]:
    state = standing.state
    if state is None:
        return [f"{standing.environment}: {standing.problem}"]
    lines = [f"{state.environment}: at {', '.join(state.at) or 'no revision'}"]
    if standing.pending is not None:
        lines.append(f"  pending: {', '.join(standing.pending) or 'nothing'}")
    if state.applied is not None:
        last, verified = state.applied, "verified" if state.verified else "not verified"
        lines.append(
            f"  last: {last.direction} {last.revision}, {last.finished:%Y-%m-%d %H:%M} UTC,"
            f" by {last.actor or 'unknown'}, plan {last.plan[:12]}, {verified}"
        )
    if state.half_done is not None:
        half = state.half_done
        lines.append(
            f"  half done: {half.revision}, {half.segment} of {half.segments} parts, plan {half.plan[:12]};"
            f" go on with: assay resume --env {state.environment}"
        )
    if state.under_way is not None:
        lines.append(f"  under way: {state.under_way}")
    return lines
