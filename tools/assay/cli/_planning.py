"""Makes the plan of an environment from this checkout."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from assay.cli._promotion import environment, target_of, version_table_of
from assay.errors import EnvironmentFailedError, UsageError
from assay.history import Git, Graph, Project, Selection
from assay.model import Direction, Severity

if TYPE_CHECKING:
    from assay.cli._session import Session
    from assay.promote import Plan


def planned(name: str, given: Mapping[str, Any]) -> Plan | str:
    """The plan that the options ask for, or a sentence that says that there is nothing to do."""
    from assay.cli._options import Options
    from assay.cli._session import Session
    from assay.cli._tracing import wanted
    from assay.plan import Asked, Scratch, make, route
    from assay.scratch import Databases, scratch_servers

    above = click.get_current_context().obj or {}
    selection = Selection(ids=("heads",))
    direction: Direction = "downgrade" if given["down"] else "upgrade"
    options = Options(
        above.get("config"), above.get("name"), selection, (), "text", "auto", None, given["stats"]
    )
    environment(name)
    session = Session("plan", options)
    _require_sound(session)
    whole = wanted(session)
    asked = Asked(name, _at(session, name, given), _to(given["to"], direction), direction)
    if not asked.at and whole.baseline is not None:
        raise UsageError(
            f"{name} is at no revision, and the history begins with a baseline.",
            "Load the baseline's file there, and `alembic stamp` its revision.",
        )
    hops = route(whole, asked)
    if not hops:
        return f"{name} is at {', '.join(asked.at) or 'no revision'}: there is nothing to do."
    chosen = scratch_servers(session.governance).servers[0]
    with chosen as server, Databases(server) as databases:
        return make(
            whole,
            asked,
            hops,
            Scratch(databases, str(chosen)),
            commit=commit_of(session.project),
            stats=session.stats,
        )


def commit_of(project: Project) -> str | None:
    """The commit that is checked out; None outside git, and where a file that git knows is another one."""
    git = Git.find(project.root) if project.in_git else None
    if git is None:
        return None
    head = git.attempt("rev-parse", "--verify", "--quiet", "HEAD^{commit}").stdout.decode().strip()
    places = [f":(top,literal){project.relative(each)}" for each in project.version_locations]
    if git.run("status", "--porcelain", "--untracked-files=no") or git.run(
        "status", "--porcelain", "--", *places
    ):
        click.echo("assay: files differ from the commit, so the plan names none.", err=True)
        return None
    return head or None


def _require_sound(session: Session) -> None:
    """Raises UsageError for a history that `assay history` finds an error in, as the policy has it."""
    report = session.report(session.judge_history(), ("history",), rendered=False)
    wrong = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    if wrong:
        raise UsageError(f"The history is not sound: {wrong[0].message}", wrong[0].advice.partition("\n")[0])


def _at(session: Session, name: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The revisions that the environment is at: as given, as was read before, or as its database says."""
    from assay.history import resolve
    from assay.promote import load_states, read_state

    named: str | None = given["at"]
    if named is not None:
        graph = Graph(session.history.revisions)
        return () if named == "base" else tuple(sorted(resolve(graph, named.split(","))))
    if given["state"] is not None:
        states = load_states(given["state"], name)
    else:
        targets = [target_of(label, variable) for label, variable in _variables(name, given["url_env"])]
        table = version_table_of(session.project)
        states = {target.name: read_state(target, table) for target in targets}
    for label, state in states.items():
        if state.half_done is not None:
            raise EnvironmentFailedError(
                f"{label} is in the middle of revision {state.half_done.revision}.",
                f"Go on with the plan that began it: `assay resume --env {name}`, or run the failed jobs"
                " again of the run that `assay ledger` names.",
            )
    places = {label: state.at for label, state in states.items()}
    return furthest(name, places, Graph(session.history.revisions), down=given["down"])


def furthest(
    name: str, places: Mapping[str, tuple[str, ...]], graph: Graph, *, down: bool
) -> tuple[str, ...]:
    """Where the database stands that has the longest way to go; the others are on its way.

    Raises UsageError where one is not.
    """
    done = {at: graph.ancestors(each for each in at if each in graph.revisions) for at in places.values()}
    first = (max if down else min)(done, key=lambda at: len(done[at]))
    if all(each <= done[first] if down else done[first] <= each for each in done.values()):
        return first
    where = "; ".join(f"{label} at {', '.join(at) or 'no revision'}" for label, at in places.items())
    raise UsageError(
        f"No plan is for all databases of {name}: {where}.",
        "Say where it begins, --from REVISION, and apply it to those that are on its way: --database NAMES.",
    )


def _variables(name: str, url_env: str | None) -> list[tuple[str, str]]:
    """The databases to ask, each with the variable of its URL; `url_env` stands for all of a fleet."""
    found = environment(name).variables(name)
    asked = list(found.items())[:1] if url_env is not None else list(found.items())
    asked = [(label, url_env or variable) for label, variable in asked]
    for _, variable in asked:
        if not os.environ.get(variable):
            raise UsageError(
                f"Where {name} is is not known: the variable {variable} is not set.",
                f"Set it, or say where: --from REVISION (`assay status --env {name}` tells it).",
            )
    return asked


def _to(given: str | None, direction: Direction) -> tuple[str, ...]:
    if given is None:
        return ("heads",) if direction == "upgrade" else ("-1",)
    return tuple(given.split(","))
