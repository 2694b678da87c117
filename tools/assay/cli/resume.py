"""`assay resume`: go on with what is half done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assay.cli._promotion import environment, labels_of, run, run_options, target_of, version_table_here
from assay.errors import ExitCode, UsageError


@click.command()
@click.argument("folders", nargs=-1, metavar="[FOLDER]...")
@run_options
def command(folders: tuple[str, ...], name: str, **given: Any) -> ExitCode:
    """Go on with the plan that an environment's ledger says is not finished.

    The plan is looked for by its checksum, in the FOLDERs and one level below them (`plans` by default).
    """
    from assay.cli._fleet import chosen_of
    from assay.promote import read_state

    labels = [f"{name}.{each}" for each in chosen_of(name, environment(name), given)] or labels_of(name)
    table = version_table_here()
    states = [read_state(target_of(label, given["url_env"]), table) for label in labels]
    begun = sorted({state.unfinished_plan for state in states if state.unfinished_plan is not None})
    if not begun:
        raise UsageError(f"Nothing is half done in {name}.", "Give a plan to `assay apply`.")
    if len(begun) > 1:
        raise UsageError(
            f"Several plans are half done in {name}: {', '.join(plan[:12] for plan in begun)}.",
            "Name the databases of one of them, as `assay status` tells them: --database NAMES.",
        )
    return run(_found(begun[0], folders or ("plans",)), name, "resume", given)


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
