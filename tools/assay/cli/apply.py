"""`assay apply`: run a plan against its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assay.cli._promotion import run, run_options
from assay.errors import ExitCode


@click.command()
@click.argument("plan", metavar="PLAN")
@run_options
def command(plan: str, name: str, **given: Any) -> ExitCode:
    """Run the SQL of a plan, exactly once, against its environment.

    PLAN is the folder that `assay plan` wrote. No file of the project is imported: the SQL is in the plan.
    Run again after whatever stopped it, it goes on where the database stands. The URL is read from the
    environment variable that governance.yaml names. In a fleet the canaries come first, then wave by wave the
    others; once one does not end well, no other begins.
    """
    return run(Path(plan), name, "apply", given)
