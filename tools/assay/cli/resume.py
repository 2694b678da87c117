"""`assay resume`: go on with what is half done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assay.cli._promotion import run, run_options, target_of, version_table_here
from assay.errors import ExitCode, UsageError


@click.command()
@click.argument("folders", nargs=-1, metavar="[FOLDER]...")
@run_options
def command(folders: tuple[str, ...], name: str, **given: Any) -> ExitCode:
    """Go on with the plan that an environment's ledger says is not finished.

    The plan is looked for by its checksum, in the FOLDERs and one level below them (`plans` by default).
    """
    from assay.promote import read_state

    checksum = read_state(target_of(name, given["url_env"]), version_table_here()).unfinished_plan
    if checksum is None:
        raise UsageError(f"Nothing is half done in {name}.", "Give a plan to `assay apply`.")
    return run(_found(checksum, folders or ("plans",)), name, "resume", given)


def _found(checksum: str, folders: tuple[str, ...]) -> Path:
    from assay.promote import load_plan

    for folder in map(Path, folders):
        for file in (folder / "plan.json", *sorted(folder.glob("*/plan.json"))):
            if file.is_file() and load_plan(file.read_bytes()).checksum == checksum:
                return file.parent
    raise UsageError(
        f"The plan {checksum[:12]} is in none of {', '.join(folders)}.",
        "Fetch it from the run that `assay ledger` names, and give its folder.",
    )
