"""`assay baseline`: the schema that a history starts from, written from a live database."""

from __future__ import annotations

from pathlib import Path

import click

from assay.errors import EnvironmentFailedError, ExitCode


@click.command()
@click.option(
    "--url", envvar="DATABASE_URL", required=True, metavar="URL", help="The database (else DATABASE_URL)."
)
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write there, not to stdout.")
def command(url: str, output: Path | None) -> ExitCode:
    """Write the schema of a live database as a file that histories can start from.

    For a history that does not start from an empty database. Only the schema is read, in a read-only
    session: no data, no owners, no privileges. Commit the file, and name it in governance.yaml.
    """
    from assay.scratch.dump import dump_schema
    from assay.versions import VersionTable

    dump = dump_schema(url, _source(), VersionTable())
    if output is None:
        click.echo(dump.sql, nl=False)
    else:
        _write(output, dump.sql)
    click.echo(_told(output, dump.revisions), err=True)
    return ExitCode.OK


def _source() -> str:
    from click.core import ParameterSource

    given = click.get_current_context().get_parameter_source("url")
    return "DATABASE_URL" if given is ParameterSource.ENVIRONMENT else "--url"


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise EnvironmentFailedError(
            f"{output} cannot be written: {error.strerror}.", "Choose another file with --output."
        ) from None


def _told(output: Path | None, revisions: tuple[str, ...]) -> str:
    """The lines to paste, or what is missing for them."""
    stands = ", ".join(revisions)
    if not revisions:
        first = "The database has no alembic_version table, or an empty one: which revision is this schema?"
    elif len(revisions) == 1:
        first = f"This is the schema of revision {stands}. In governance.yaml:"
    else:
        first = f"This is the schema of the revisions {stands}. In governance.yaml:"
    file = output.as_posix() if output else "baseline.sql"
    return f"{first}\n\nbaseline:\n  file: {file}\n  revision: '{stands or '…'}'"
