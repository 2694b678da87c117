"""Makes a plan again from the checkout, to see that it is the one that the commit gives.

In a process of its own, which knows no environment's URL: making a plan runs the project's code.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assay.cli._promotion import governance
from assay.errors import AssayError
from assay.redact import redact

if TYPE_CHECKING:
    from assay.promote import Plan, PlanRevision


def rederive(plan: Plan, url_env: str | None) -> Callable[[], Plan] | None:
    """What makes the plan again; None where its commit is not what is checked out here.

    `url_env` is a variable that holds a URL, beside those of governance.yaml.
    """
    from assay.cli._planning import commit_of
    from assay.cli._project import project_at

    if plan.commit is None:
        return None
    try:
        project = project_at(Path.cwd(), governance())
    except AssayError:  # the job that promotes need not have a checkout
        return None
    if commit_of(project) != plan.commit:
        click.echo(
            "assay: the plan is of another commit than is checked out, so it is not made again.", err=True
        )
        return None
    above = click.get_current_context().find_root().obj or {}
    return lambda: _as_told(_again(plan, url_env, above), plan)


def _again(plan: Plan, url_env: str | None, above: Mapping[str, str | None]) -> Plan:
    from assay.promote import RefusedError, read_plan

    first, last = plan.revisions[0], plan.revisions[-1]
    given = [(name, above.get(name)) for name in ("config", "name")]
    options = [part for name, value in given if value for part in (f"--{name}", value)]
    with tempfile.TemporaryDirectory(prefix="assay-") as folder:
        command = [
            *(sys.executable, "-m", "assay", *options, "plan", "--env", plan.environment, "--output", folder),
            *("--from", ",".join(first.versions_before) or "base"),
            *("--to", ",".join(last.versions_after) or "base"),
            *(["--down"] if plan.direction == "downgrade" else []),
        ]
        done = subprocess.run(command, env=_environment(url_env), capture_output=True, text=True, check=False)
        if done.returncode or not (Path(folder) / "plan.json").is_file():
            why = redact((done.stderr.strip() or done.stdout.strip()).partition("\n")[0]).removeprefix(
                "assay: "
            )
            raise RefusedError(
                f"The plan cannot be made again from the checkout: {why.rstrip('.')}.",
                "Mend that, or give --no-rederive if the plan is to be taken as it is.",
            )
        return read_plan(Path(folder))[0]


def _environment(url_env: str | None) -> dict[str, str]:
    """This process's, without the URL of any environment."""
    secret = {url_env, *governance().variables().values()}
    return {name: value for name, value in os.environ.items() if name not in secret}


def _as_told(again: Plan, plan: Plan) -> Plan:
    """With what tells of the machine and of sizes, and is neither run nor compared, as the plan has it."""
    from msgspec.structs import replace

    from assay.promote import checksummed

    if len(again.revisions) != len(plan.revisions):
        return again
    revisions = tuple(map(_with_seconds, again.revisions, plan.revisions))
    return checksummed(replace(again, tools=plan.tools, revisions=revisions))


def _with_seconds(again: PlanRevision, told: PlanRevision) -> PlanRevision:
    from msgspec.structs import replace

    if len(again.segments) != len(told.segments):
        return again
    pairs = zip(again.segments, told.segments, strict=True)
    return replace(again, segments=tuple(replace(own, seconds=other.seconds) for own, other in pairs))
