"""The Alembic project that a command is about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import click

from assay.config import Governance
from assay.history import Project, find_project, line_of_locations


def project_at(
    here: Path, governance: Governance, config: str | None = None, name: str | None = None
) -> Project:
    """The project that a command is about: the command line's word, else the policy's, else what is found."""
    policy = governance.alembic
    folder = governance.path.parent if governance.path else here
    config = config or (str(folder / policy.config) if policy.config else None)
    overrides: dict[str, str | Sequence[str]] = {}
    if policy.script_location is not None:
        overrides["script_location"] = str(folder / policy.script_location)
    if policy.version_locations:
        overrides["version_locations"] = [str(folder / location) for location in policy.version_locations]
    project = find_project(here, config, name or policy.name, overrides)
    line = line_of_locations(project.env_py) if not policy.version_locations else None
    if line is not None:
        _tell_unread(f"{project.relative(project.env_py)}:{line}")
    return project


@cache
def _tell_unread(place: str) -> None:
    """Once for each run: a folder that is not read may hold the revision that matters."""
    told = f"assay: {place} sets version_locations; folders that only env.py knows are not read."
    click.echo(told, err=True)
    click.echo("Name all of them in governance.yaml (alembic: {version_locations: […]}).", err=True)
