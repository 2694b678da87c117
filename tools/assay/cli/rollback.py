"""`assay rollback`: run a plan that goes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assay.cli._promotion import run, run_options
from assay.errors import ExitCode, UsageError


@click.command()
@click.argument("plan", metavar="PLAN")
@run_options
def command(plan: str, name: str, **given: Any) -> ExitCode:
    """Run a plan of downgrades, as `assay apply` runs one of upgrades.

    Where values would be lost, each table or column must be named with --lose.
    """
    from assay.promote import read_plan

    if read_plan(Path(plan))[0].direction != "downgrade":
        raise UsageError("The plan upgrades.", "Run it with `assay apply`, or plan the way back.")
    return run(Path(plan), name, "rollback", given)
