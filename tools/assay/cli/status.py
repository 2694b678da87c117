"""`assay status`: where each environment stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from assay.cli._promotion import (
    Format,
    database_of,
    dumped,
    format_option,
    governance,
    labels_of,
    target_of,
    url_env_option,
    version_table_here,
)
from assay.errors import AssayError, ExitCode, UsageError

if TYPE_CHECKING:
    from assay.history import Graph
    from assay.promote import Standing, State


@click.command()
@click.option(
    "--env",
    "names",
    multiple=True,
    metavar="NAME",
    help="The environment, or a database of a fleet (production.eu); all of them without.",
)
@url_env_option
@click.option(
    "--plan", type=click.Path(path_type=Path), metavar="FOLDER", help="Is it as this plan leaves it?"
)
@format_option
def command(names: tuple[str, ...], url_env: str | None, plan: Path | None, format: Format) -> ExitCode:  # noqa: A002 - as the option is called
    """Tell where each environment stands, what is pending there, and who applied what from which plan.

    Exit code 1 where a revision is half done or not verified, or an environment is not as --plan leaves it; 3
    where one cannot be asked.
    """
    if (url_env is not None or plan is not None) and len(names) != 1:
        raise UsageError("--url-env and --plan are for one environment.", "Name it with --env NAME.")
    known = governance().environments
    if not known:
        raise UsageError("governance.yaml names no environments.", "Add them below `environments`.")
    labels = [label for name in names or known for label in labels_of(name)]
    if url_env is not None and len(labels) != 1:
        raise UsageError("--url-env is for one database.", f"Name it: {', '.join(labels)}.")
    graph = _graph()
    told = [_standing(label, url_env, plan, graph) for label in labels]
    if format == "json":
        click.echo(dumped("status", {"environments": msgspec.to_builtins(told)}))
    else:
        _print(told)
    if any(standing.problem for standing in told):
        return ExitCode.ENVIRONMENT
    return ExitCode.OK if all(map(_is_finished, told)) else ExitCode.FINDINGS


def _is_finished(standing: Standing) -> bool:
    state = standing.state
    return not standing.differs and (state is None or state.unfinished_plan is None)


def _standing(label: str, url_env: str | None, folder: Path | None, graph: Graph | None) -> Standing:
    from assay.promote import Standing, differences, read_plan, read_state

    name, database = database_of(label)
    plan = None if folder is None else read_plan(folder)[0]
    try:
        target = target_of(label, url_env)
        state = read_state(target, version_table_here() if plan is None else plan.version_table)
        differs = None if plan is None else differences(target, plan, state.at)
    except AssayError as error:
        return Standing(environment=name, database=database, state=None, pending=None, problem=error.message)
    pending = None if graph is None else _pending(graph, state.at)
    return Standing(environment=name, database=database, state=state, pending=pending, differs=differs)


def _graph() -> Graph | None:
    from assay.cli._project import project_at
    from assay.history import Graph, Selection, read_history

    try:
        history = read_history(project_at(Path.cwd(), governance()), Selection(all=True))
    except AssayError:  # the job that promotes need not have a checkout
        return None
    return Graph(history.revisions)


def _pending(graph: Graph, at: Sequence[str]) -> list[str] | None:
    if any(each not in graph.revisions for each in at):
        return None
    done = graph.ancestors(at)
    return [each for each in graph.revisions if each not in done]


def _print(told: list[Standing]) -> None:
    """A paragraph for each environment, and one table for the databases of a fleet."""
    from assay._clean import clean
    from assay.cli._table import table

    for name, standings in groupby(told, lambda standing: (standing.environment, standing.database is None)):
        if name[1]:
            for standing in standings:
                for line in _lines(standing):
                    click.echo(clean(line))
            continue
        click.echo(clean(f"{name[0]}:"))
        for line in table(("DATABASE", "AT", "PENDING", "LAST", ""), *map(_row, standings)):
            click.echo(f"  {line}")


def _row(standing: Standing) -> tuple[str, ...]:
    state, name = standing.state, standing.database or ""
    if state is None:
        return name, "unknown", "", "", standing.problem or ""
    pending = "" if standing.pending is None else str(len(standing.pending))
    last = "" if state.applied is None else f"{state.applied.finished:%Y-%m-%d %H:%M}"
    return name, ", ".join(state.at) or "no revision", pending, last, "; ".join(_said(standing, state))


def _said(standing: Standing, state: State) -> Iterator[str]:
    if state.half_done is not None:
        yield f"half done: {state.half_done.revision}, plan {state.half_done.plan[:12]}"
    elif state.applied is not None:
        yield "verified" if state.verified else "not verified"
    if standing.differs is not None:
        yield "not as the plan leaves it" if standing.differs else "as the plan leaves it"
    if state.under_way is not None:
        yield f"under way: {state.under_way}"


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
    if standing.differs is not None:
        lines.append(
            "  it is not as the plan leaves it:" if standing.differs else "  it is as the plan leaves it"
        )
        lines += [f"    {line}" for line in standing.differs]
    if state.under_way is not None:
        lines.append(f"  under way: {state.under_way}")
    return lines
