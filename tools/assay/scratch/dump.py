"""Writes a baseline: the schema of a live database, read with pg_dump in a read-only session."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass

from assay.errors import EnvironmentFailedError
from assay.scratch.binaries import Binaries, find_binaries
from assay.scratch.given import complete_parameters, connect
from assay.versions import VersionTable, read_versions

LOCK_WAIT_SECONDS = 10
"""How long pg_dump may wait for a table that somebody has locked; others wait behind it meanwhile."""
OPTIONS = (
    *("--schema-only", "--no-owner", "--no-privileges", "--no-tablespaces", "--no-security-labels"),
    *("--no-subscriptions", "--no-publications", "--encoding=UTF8"),
    "--exclude-schema=assay",  # the ledger's: PostgreSQL would lead the scratch server's user to it first
)
VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcrl": "PGSSLCRL",
    "channel_binding": "PGCHANNELBINDING",
    "gssencmode": "PGGSSENCMODE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "passfile": "PGPASSFILE",
    "options": "PGOPTIONS",
}
"""libpq's parameters by the environment variables of the same meaning: nothing secret on a command line."""
_RESTRICT = re.compile(r"^\\(?:un)?restrict .*\n+", re.MULTILINE)


@dataclass(frozen=True)
class Dump:
    """A database's schema."""

    sql: str
    """As pg_dump writes it, always the same for the same schema."""
    revisions: tuple[str, ...]
    """What Alembic's version table says; none without one."""


def dump_schema(url: str, source: str, table: VersionTable) -> Dump:
    """The schema of the database at `url`, which is only read; `source` is how messages call the URL."""
    session = connect(url, source, "The database")
    try:
        session.set_session(readonly=True, autocommit=True)
        major = session.server_version // 10000
        parameters = complete_parameters(session)
        with session.cursor() as cursor:
            revisions = read_versions(cursor, table)
    finally:
        session.close()
    return Dump(_dumped(_binaries(major), parameters, table), revisions)


def _binaries(major: int) -> Binaries:
    """A pg_dump that is not older than the server: the embedded one, or an installed one."""
    embedded = find_binaries()
    if embedded.major >= major and embedded.program("pg_dump").exists():
        return embedded
    try:
        return find_binaries(major)
    except EnvironmentFailedError:
        raise EnvironmentFailedError(
            f"The server is PostgreSQL {major}, and the newest pg_dump here is of {embedded.major}.",
            f"Install its client programs (on Debian: apt-get install postgresql-client-{major}).",
        ) from None


def _dumped(binaries: Binaries, parameters: dict[str, str], table: VersionTable) -> str:
    without = table.name.replace('"', '""')
    result = subprocess.run(
        [
            binaries.program("pg_dump"),
            *OPTIONS,
            f"--lock-wait-timeout={LOCK_WAIT_SECONDS}s",
            f'--exclude-table=*."{without}"',
            "--no-password",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=_environment(parameters),
        check=False,
    )
    if result.returncode:
        from assay.redact import redact

        lines = result.stderr.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"]
        said = lines[0].removeprefix("pg_dump: ").removeprefix("error: ").rstrip(".")
        password = parameters.get("password")
        raise EnvironmentFailedError(
            f"pg_dump failed: {redact(said.replace(password, '***') if password else said)}.",
            "Give it a user who may read the whole schema, at a time when no table is locked.",
        )
    return _RESTRICT.sub("", result.stdout.decode())


def _environment(parameters: dict[str, str]) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    given = {VARIABLES[name]: value for name, value in parameters.items() if name in VARIABLES}
    return ours | given | {"LC_ALL": "C"}
