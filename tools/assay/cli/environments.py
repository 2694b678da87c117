"""`assay environments`: the databases that governance.yaml lists, and the jobs that promote a fleet."""

from __future__ import annotations

import json
import os

import click
import msgspec

from assay.cli._promotion import Format, dumped, environment, format_option, governance
from assay.errors import ExitCode, UsageError

MATRIX_JOBS = 256
"""The most that a matrix may make, https://docs.github.com/en/actions/reference/limits."""


class Listed(msgspec.Struct, kw_only=True):
    """One database in the JSON document."""

    environment: str
    database: str | None
    """Its name in a fleet."""
    wave: str | None
    """`canaries`, or a number from 1; null outside a fleet."""
    url_env: str
    is_set: bool
    """Whether there is something in that variable here."""
    after: str | None
    hours: int


@click.command()
@click.option("--env", "name", metavar="NAME", help="Only this one.")
@click.option(
    "--matrix", is_flag=True, help="The job matrix of a fleet for GitHub Actions: a job for each wave."
)
@format_option
def command(name: str | None, matrix: bool, format: Format) -> ExitCode:  # noqa: A002 - as the option is called
    """List the environments of governance.yaml, and each fleet's databases in the order they get a change.

    No database is asked. --matrix prints one line of JSON, whatever --format says, for a strategy of
    `max-parallel: 1` and `fail-fast: true`: each wave, for `assay apply --wave`, with its databases.
    """
    known = governance().environments
    if not known:
        raise UsageError("governance.yaml names no environments.", "Add them below `environments`.")
    if matrix:
        if name is None:
            raise UsageError("--matrix is for one environment.", "Name it with --env NAME.")
        click.echo(json.dumps({"include": _jobs(name)}))
        return ExitCode.OK
    listed = [each for label in ([name] if name else known) for each in _listed(label)]
    if format == "json":
        click.echo(dumped("environments", {"environments": msgspec.to_builtins(listed)}))
    else:
        _print(listed)
    return ExitCode.OK


def _jobs(name: str) -> list[dict[str, str]]:
    from assay.promote import waves

    found = waves(environment(name))
    if not found:
        raise UsageError(f"{name} is one database, and needs no matrix.", "Give its `databases` for a fleet.")
    if len(found) > MATRIX_JOBS:
        raise UsageError(
            f"{name} has {len(found)} waves, and GitHub makes {MATRIX_JOBS} jobs of a matrix.",
            "Make `wave` larger.",
        )
    return [{"wave": wave.name, "databases": ",".join(wave.databases)} for wave in found]


def _listed(name: str) -> list[Listed]:
    from assay.promote import waves

    policy = environment(name)
    variables = policy.variables(name)
    places: list[tuple[str | None, str | None]]
    places = [(wave.name, each) for wave in waves(policy) for each in wave.databases] or [(None, None)]
    labels = [(name if each is None else f"{name}.{each}", each, wave) for wave, each in places]
    return [
        Listed(
            environment=name,
            database=database,
            wave=wave,
            url_env=variables[label],
            is_set=bool(os.environ.get(variables[label])),
            after=policy.after,
            hours=policy.hours,
        )
        for label, database, wave in labels
    ]


def _print(listed: list[Listed]) -> None:
    from assay.cli._table import table

    rows = [
        (
            each.environment,
            each.database or "",
            each.wave or "",
            each.url_env + ("" if each.is_set else " (not set)"),
            f"{each.after}, {each.hours} h" if each.after and each.hours else each.after or "",
        )
        for each in listed
    ]
    for line in table(("ENVIRONMENT", "DATABASE", "WAVE", "URL", "AFTER"), *rows):
        click.echo(line)
