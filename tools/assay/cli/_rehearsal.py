"""What was read of an environment, as files: where `assay rehearse` finds it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assay.cli._files import write_file
from assay.errors import EnvironmentFailedError

if TYPE_CHECKING:
    from assay.github import Repository

ARTIFACT_BYTES = 64 * 1024**2
"""The largest artifact, packed and unpacked."""


def fetch(repository: Repository, branch: str, name: str, folder: Path) -> Iterator[Path]:
    """Write the files of the newest `environment-NAME` that `branch` made."""
    members = {reading(folder, name).name, schema(folder, name).name}
    files = repository.newest_artifact(f"environment-{name}", branch, members, ARTIFACT_BYTES)
    if files is None:
        raise EnvironmentFailedError(
            f"No run on {branch} has kept what it read of {name}.",
            "Run the drift workflow first; docs/github.md tells what it needs.",
        )
    for file, content in files.items():
        yield write_file(folder / file, content)


def reading(folder: Path, name: str) -> Path:
    """What `assay drift --save` wrote."""
    return folder / f"{name}.json"


def schema(folder: Path, name: str) -> Path:
    """What `assay baseline --output` wrote beside it."""
    return folder / f"{name}.sql"
