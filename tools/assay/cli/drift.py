"""`assay drift`: does each environment have the schema that its revision makes?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from assay.cli._files import write_file
from assay.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from assay.catalog import Catalog
    from assay.cli._session import Session
    from assay.drift import Reading, Report
    from assay.drift.compare import Build

MARKDOWN_LIMIT = 60_000
"""Characters; an issue's body may have 65,536."""


@click.command()
@click.option(
    "--environment",
    "names",
    multiple=True,
    metavar="NAME",
    help="Of governance.yaml; every one of them without it.",
)
@click.option(
    "--url-env",
    metavar="NAME",
    help="The variable that holds the URL of the one environment, instead of governance.yaml's.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Only read: write what was read to FOLDER/ENVIRONMENT.json. No revision runs.",
)
@click.option(
    "--saved",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Compare what --save wrote, where no URL is at hand.",
)
@click.option(
    "--write",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Besides, write drift.json and drift.md there.",
)
@click.option("--privileges", is_flag=True, help="Compare privileges too.")
@click.option(
    "--format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to tell the result.",
)
def command(
    names: tuple[str, ...], url_env: str | None, save: Path | None, saved: Path | None, write: Path | None,
    privileges: bool, format: Literal["text", "json", "markdown"],  # noqa: A002
) -> ExitCode:  # fmt: skip
    """Compare each environment's live schema with the one that its revision makes on a throwaway server.

    Environments are only read. Exit code 1 when one drifts, whatever the others do; else 3 when one cannot be
    read or is at a revision that this history does not have.
    """
    from assay.drift import Report, compare

    if save is not None and saved is not None:
        raise UsageError(
            "--save reads environments, --saved compares what was read.", "Give only one of them."
        )
    session = _session()
    if save is not None:
        return _save(_read(session, names, url_env), save)
    readings = _read(session, names, url_env) if saved is None else _load(session, names, saved)
    with _builder() as build:
        known = session.history.revisions
        report = Report(environments=[compare(r, known, build, privileges=privileges) for r in readings])
    if write is not None:
        write_file(write / "drift.json", _told(report, "json").encode())
        write_file(write / "drift.md", _told(report, "markdown").encode())
    click.echo(_told(report, format), nl=False)
    if report.of("drifted"):
        return ExitCode.FINDINGS
    return ExitCode.ENVIRONMENT if report.of("unknown") else ExitCode.OK


def _told(report: Report, format: Literal["text", "json", "markdown"]) -> str:  # noqa: A002
    import msgspec

    from assay.drift.text import lines, markdown

    if format == "markdown":
        return markdown(report, MARKDOWN_LIMIT)
    if format == "json":
        return f"{json.dumps(msgspec.to_builtins(report), indent=2)}\n"
    return "".join(f"{line}\n" for line in lines(report))


def _read(session: Session, names: Sequence[str], url_env: str | None) -> list[Reading]:
    from assay.drift import read
    from assay.versions import version_table

    table = version_table(session.project.env_py)
    listed = session.governance.variables()
    if url_env is not None and len(names) != 1:
        raise UsageError("--url-env is for one environment.", "Name it with --environment NAME.")
    if url_env is not None:
        return [read(names[0], url_env, table)]
    return [read(name, listed[name], table) for name in _wanted(session, names)]


def _wanted(session: Session, names: Sequence[str]) -> list[str]:
    listed = session.governance.variables()
    for name in names:
        if name not in listed:
            raise UsageError(
                f"governance.yaml lists no environment {name!r}.",
                f"It lists {', '.join(listed)}." if listed else "List it under `environments`.",
            )
    if not listed:
        raise UsageError(
            "governance.yaml lists no environment to compare.",
            "List each under `environments`, as docs/configuration.md shows.",
        )
    return list(dict.fromkeys(names)) or list(listed)


def _load(session: Session, names: Sequence[str], folder: Path) -> list[Reading]:
    """What was saved; an environment of governance.yaml that is missing there is not known."""
    from assay.drift import Reading, load_reading

    found = {reading.environment: reading for reading in map(load_reading, sorted(folder.rglob("*.json")))}
    wanted = names or [*found, *(name for name in session.governance.variables() if name not in found)]
    return [found.get(name) or Reading(environment=name, problem=f"{name} was not read.") for name in wanted]


def _save(readings: Iterable[Reading], folder: Path) -> ExitCode:
    import msgspec

    failed = False
    for reading in readings:
        file = folder / f"{reading.environment}.json"
        write_file(file, msgspec.json.encode(reading))
        failed = failed or reading.problem is not None
        click.echo(reading.problem or f"{reading.environment}: written to {file}", err=failed)
    return ExitCode.ENVIRONMENT if failed else ExitCode.OK


def _session(revisions: Sequence[str] = ()) -> Session:
    from assay.cli._options import Options
    from assay.cli._session import Session
    from assay.history import Selection

    return Session("drift", Options(None, None, Selection(ids=tuple(revisions)), (), "text", "auto", None))


@contextmanager
def _builder() -> Iterator[Build]:
    """Makes the schema of revisions, on a scratch server that starts when the first is asked for."""
    from assay.cli._tracing import wanted
    from assay.scratch import Databases, scratch_servers
    from assay.trace import catalog_at

    with ExitStack() as stack:
        opened: list[Databases] = []
        made: dict[tuple[str, ...], Catalog] = {}

        def build(revisions: Sequence[str]) -> Catalog:
            key = tuple(revisions)
            if key not in made:
                session = _session(key)
                if not opened:
                    server = stack.enter_context(scratch_servers(session.governance).servers[0])
                    opened.append(stack.enter_context(Databases(server)))
                made[key] = catalog_at(wanted(session), opened[0].server, opened[0])
            return made[key]

        yield build
