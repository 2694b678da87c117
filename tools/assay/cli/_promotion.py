"""What the commands that promote share: the environment, the plan, and how to tell what happens."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
import msgspec

from assay import __version__
from assay._clean import clean
from assay.config import Environment, Governance, load_governance
from assay.errors import AssayError, ExitCode, UsageError
from assay.redact import redact

if TYPE_CHECKING:
    from assay.history import Project
    from assay.promote import Entry, Job, Outcome, Plan, Seal, Stop, Target, Unsure, VersionTable

Format = Literal["text", "json"]

VERSION = 1
"""Of the JSON documents."""

env_option = click.option(
    "--env", "name", required=True, metavar="NAME", help="The environment (governance.yaml)."
)
database_option = click.option(
    "--database",
    "databases",
    metavar="NAMES",
    help="Of a fleet, only these (several with commas); all of it without.",
)
url_env_option = click.option(
    "--url-env", metavar="NAME", help="The variable that holds its URL, instead of governance.yaml's."
)
format_option = click.option(
    "--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to tell it."
)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a run."""
    for option in reversed(
        (
            env_option,
            click.option(
                "--wave",
                metavar="NAME",
                help="Of a fleet, only this wave, if the waves before have the plan.",
            ),
            database_option,
            url_env_option,
            click.option("--lose", multiple=True, metavar="TABLE[.COLUMN]", help="Values that may be lost."),
            click.option("--repeat", is_flag=True, help="Run again what nobody knows to have run."),
            click.option("--skip", is_flag=True, help="Take that for done."),
            click.option("--restart", is_flag=True, help="What was half done was taken back by hand."),
            click.option(
                "--no-rederive",
                is_flag=True,
                help="Do not make the plan again from its commit, where that is checked out, to compare.",
            ),
            click.option(
                "--after-ledger",
                metavar="FILE",
                help="What `assay ledger --format json` told of the environment before.",
            ),
            click.option(
                "--go-on",
                metavar="COMMAND",
                help="What to tell as the command that goes on, where it is not this one.",
            ),
            format_option,
        )
    ):
        command = option(command)
    return command


def governance() -> Governance:
    """The policy in force here."""
    from assay.history import Git

    here = Path.cwd()
    git = Git.find(here)
    return load_governance(here, git.toplevel if git else here)


def environment(name: str) -> Environment:
    """The environment of that name. Raises UsageError where governance.yaml has none."""
    known = governance().environments
    if name not in known:
        near = get_close_matches(name, known, n=1)
        raise UsageError(
            f"governance.yaml has no environment `{name}`.",
            f"Did you mean `{near[0]}`?"
            if near
            else f"Known: {', '.join(known) or 'none'}; add it below `environments`, with its `url_env`.",
        )
    return known[name]


def database_of(label: str) -> tuple[str, str | None]:
    """The environment's name and, of `production.eu`, the database's in a fleet."""
    known = governance().environments
    name, _, database = label.rpartition(".")
    if label not in known and name in known and database in known[name].databases:
        return name, database
    return label, None


def target_of(label: str, url_env: str | None = None) -> Target:
    """The one database of `staging`, or of `production.eu` in a fleet.

    Its URL is in `url_env`, or in the policy's variable. Raises UsageError where that is not set.
    """
    from assay.database import printed_password, url_in, with_password
    from assay.promote import Target

    name, database = database_of(label)
    policy = environment(name)
    if database is None and policy.databases:
        raise UsageError(
            f"{name} is a fleet, and one database is asked for.",
            f"Name it: {', '.join(policy.variables(name))}.",
        )
    own = policy if database is None else policy.databases[database]
    variable, command = url_env or own.url_env, own.password_command or policy.password_command
    assert variable is not None
    url_in(variable)

    def url() -> str:
        if command is None:
            return url_in(variable)
        return with_password(url_in(variable), printed_password(command, label))

    return Target(name, url, database)


def labels_of(label: str) -> list[str]:
    """Each database of an environment: `staging`, or `production.eu`, `production.us` of a fleet."""
    name, database = database_of(label)
    return [label] if database is not None else list(environment(name).variables(name))


def version_table_here() -> VersionTable:
    """Where this project's env.py keeps the versions; Alembic's own place where there is no project."""
    from assay.cli._project import project_at

    with suppress(AssayError):  # the job that promotes need not have a checkout
        return version_table_of(project_at(Path.cwd(), governance()))
    from assay.promote import VersionTable

    return VersionTable()


def version_table_of(project: Project) -> VersionTable:
    """Where its env.py keeps the versions."""
    from assay.promote import VersionTable
    from assay.versions import version_table

    table = version_table(project.env_py)
    return VersionTable(name=table.name, schema=table.schema)


def seal_of(plan: Plan) -> Seal:
    """The seal of a plan that is made now."""
    from assay.promote import Seal

    return Seal(
        checksum=plan.checksum, created=datetime.now(timezone.utc), actor=_actor(), run_url=_run_url()
    )


def run(folder: Path, name: str, command: str, given: dict[str, Any]) -> ExitCode:
    """Apply the plan in `folder`, tell what happens on stderr, and how it ended on stdout."""
    from assay.cli._rederive import rederive
    from assay.promote import Stop, apply, read_plan

    plan, seal = read_plan(folder)
    listed = environment(name)
    if listed.databases or given["databases"] is not None or given["wave"] is not None:
        from assay.cli._fleet import run_fleet

        return run_fleet(folder, plan, seal, name, command, given)
    job = job_of(folder, plan, target_of(name, given["url_env"]), given, Stop())
    with job.stop.on_signals():
        outcome = apply(
            job,
            seal,
            lose=given["lose"],
            rederive=None if given["no_rederive"] else rederive(plan, given["url_env"]),
            earlier=earlier_of(listed, given["after_ledger"]),
        )
    if outcome.go_on is not None and given["go_on"] is not None:
        outcome = msgspec.structs.replace(outcome, go_on=given["go_on"])
    tell(outcome, command, given["format"])
    return outcome.exit_code


def job_of(folder: Path, plan: Plan, target: Target, given: dict[str, Any], stop: Stop) -> Job:
    """What the options ask for, of one database."""
    from assay.cli._telling import Teller
    from assay.promote import Job, Policy, Who

    return Job(
        plan,
        target,
        Policy.of(environment(target.environment)),
        Who(_actor(), _run_url()),
        path=str(folder),
        unsure=_unsure(given["repeat"], given["skip"]),
        restart=given["restart"],
        told=Teller(sys.stderr, target.database).tell,
        stop=stop,
    )


def _unsure(repeat: bool, skip: bool) -> Unsure:
    if repeat and skip:
        raise UsageError("--repeat and --skip contradict each other.", "Give only one of them.")
    return "repeat" if repeat else "skip" if skip else "refuse"


def earlier_of(policy: Environment, file: str | None) -> Callable[[], Sequence[Sequence[Entry]]] | None:
    """The ledgers of the environment before: from a file, else from its databases if they can be asked."""
    from assay.promote import load_ledger, read_ledger

    if policy.after is None:
        return None
    before, name = environment(policy.after), policy.after
    if file is not None:
        return lambda: [load_ledger(Path(file), name, each) for each in before.databases or (None,)]
    variables = before.variables(name)
    if not all(map(os.environ.get, variables.values())):
        return None
    return lambda: [read_ledger(target_of(label)) for label in variables]


def tell(outcome: Outcome, command: str, format: Format) -> None:  # noqa: A002 - as the option is called
    """How it ended, on stdout."""
    if format == "json":
        click.echo(dumped(command, msgspec.to_builtins(outcome)))
        return
    at = "unknown" if outcome.at is None else ", ".join(outcome.at) or "no revision"
    lines = [f"{outcome.result}: {outcome.message}", *(f"  {line}" for line in outcome.detail)]
    lines += [f"{outcome.environment} is at {at}."]
    if outcome.half_done is not None:
        half = outcome.half_done
        lines.append(f"Revision {half.revision} is half done: {half.segment} of {half.segments} parts.")
    lines += [outcome.advice] if outcome.advice else []
    lines += [f"Go on with: {outcome.go_on}"] if outcome.go_on else []
    for line in lines:
        click.echo(clean(redact(line)))


def dumped(command: str, content: dict[str, Any]) -> str:
    """A JSON document, in ASCII only."""
    tool = {"name": "assay", "version": __version__}
    return json.dumps({"version": VERSION, "tool": tool, "command": command, **content}, indent=2)


def _actor() -> str:
    """Who is at work: GitHub's user in a workflow, else the one who is logged in."""
    try:
        return os.environ.get("GITHUB_ACTOR") or getpass.getuser()
    except (OSError, KeyError):
        return ""


def _run_url() -> str:
    """The workflow run, by GitHub's default variables; empty elsewhere."""
    parts = [os.environ.get(f"GITHUB_{part}") for part in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    return "{}/{}/actions/runs/{}".format(*parts) if all(parts) else ""
