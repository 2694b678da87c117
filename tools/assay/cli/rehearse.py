"""`assay rehearse`: do the revisions run on the schema that an environment really has?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assay.errors import EnvironmentFailedError, ExitCode, UsageError

if TYPE_CHECKING:
    from assay.catalog import Catalog
    from assay.cli._session import Session
    from assay.trace import Baseline

ADVICE = (
    "      `assay drift --environment {environment}` tells what differs there from its revision: undo it"
    " there, or mend the revision."
)


@click.command()
@click.argument("environment", metavar="ENVIRONMENT")
@click.option(
    "--saved",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Its schema as `assay drift --save` and `assay baseline` wrote it, where no URL is at hand.",
)
def command(environment: str, saved: Path | None) -> ExitCode:  # fmt: skip
    """Run what is pending on ENVIRONMENT on a copy of its schema, on a throwaway server.

    The copy has no rows. Without --saved the environment is read (and nothing else is done to it), by the URL
    that governance.yaml names. Exit code 1 when a revision does not run.
    """
    from assay.catalog import diff
    from assay.trace import UnreachedError

    session = _session()
    with _copy(session, environment, saved) as baseline:
        pending = _pending(session, environment, baseline.revisions)
        if not pending:
            click.echo(f"Nothing is pending on {environment}.")
            return ExitCode.OK
        try:
            here = _catalog(session, baseline)
        except UsageError as error:
            if not isinstance(error.__cause__, UnreachedError):
                raise
            revision, why = error.__cause__.revision, error.__cause__.why
            click.echo(
                f"FAIL  Revision {revision} does not run on the copy of {environment}'s schema: {why}."
            )
            click.echo(ADVICE.format(environment=environment))
            return ExitCode.FINDINGS
    count = f"{len(pending)} revision{'' if len(pending) == 1 else 's'}"
    click.echo(
        f"{count} pending on {environment}, and each runs on a copy of its schema: {', '.join(pending)}."
    )
    changes = diff(_catalog(session, None).without_privileges(), here.without_privileges())
    if changes:
        click.echo(f"Afterwards {environment} differs from what the revisions make; `assay drift` tells why:")
        click.echo(str(changes))
    return ExitCode.OK


@contextmanager
def _copy(session: Session, environment: str, saved: Path | None) -> Iterator[Baseline]:
    """The environment's schema as a file, and the revisions that it stands for."""
    from assay.cli._rehearsal import reading, schema
    from assay.drift import load_reading
    from assay.trace import Baseline

    if saved is not None:
        file = schema(saved, environment)
        if not file.is_file():
            raise UsageError(f"{file} does not exist.", "Write it with `assay baseline --output FILE`.")
        yield Baseline(file, tuple(load_reading(reading(saved, environment)).revisions))
        return
    with tempfile.TemporaryDirectory(prefix="assay-") as folder:
        yield _dump(session, environment, Path(folder) / "schema.sql")


def _dump(session: Session, environment: str, file: Path) -> Baseline:
    from assay.database import url_in
    from assay.scratch.dump import dump_schema
    from assay.trace import Baseline
    from assay.versions import version_table

    listed = session.governance.variables()
    if environment not in listed:
        raise UsageError(
            f"governance.yaml lists no environment {environment!r}.",
            f"It lists {', '.join(listed)}." if listed else "List it under `environments`.",
        )
    variable = listed[environment]
    dump = dump_schema(url_in(variable), variable, version_table(session.project.env_py))
    file.write_text(dump.sql, "utf-8")
    return Baseline(file, dump.revisions)


def _pending(session: Session, environment: str, at: Sequence[str]) -> list[str]:
    """The revisions that are still to run there, in order."""
    from assay.history import Graph

    known = session.history.revisions
    unknown = [revision for revision in at if revision not in known]
    if unknown or not at:
        where = f"at {', '.join(unknown)}, which this history does not have" if unknown else "at no revision"
        raise EnvironmentFailedError(f"{environment} is {where}.", "`assay drift` tells more.")
    done = Graph(known).ancestors(at)
    return [revision for revision in known if revision not in done]


def _catalog(session: Session, baseline: Baseline | None) -> Catalog:
    """The schema once everything has run: from `baseline`, else as the project begins."""
    from msgspec.structs import replace

    from assay.cli._tracing import wanted
    from assay.scratch import Databases, scratch_servers
    from assay.trace import catalog_at

    asked = wanted(session)
    if baseline is not None:
        asked = replace(asked, baseline=baseline)
    with scratch_servers(session.governance).servers[0] as server, Databases(server) as databases:
        return catalog_at(asked, databases.server, databases)


def _session() -> Session:
    from assay.cli._options import Options
    from assay.cli._session import Session
    from assay.history import Selection

    return Session("rehearse", Options(None, None, Selection(ids=("heads",)), (), "text", "auto", None))
