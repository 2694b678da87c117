"""Every revision: up, down, up again; each time the schema is what it was."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from assay.scratch import LocalServer

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
REVISIONS = sorted(path.stem for path in VERSIONS.glob("*.py"))


def _schema(server: LocalServer, database: str) -> list[str]:
    """pg_dump's schema; columns in the order of their names, as a restored one can only come last."""
    command = [str(server.binaries.program("pg_dump")), "--schema-only", server.conninfo(database)]
    dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    statements = []
    for statement in dump.split(";\n"):
        lines = [line for line in statement.splitlines() if line and not line.startswith(("--", "\\"))]
        if lines and lines[0].startswith("CREATE TABLE"):
            lines[1:] = sorted(line.rstrip(",") for line in lines[1:])
        statements.append("\n".join(lines))
    return statements


def test_there_is_a_file_for_each_number() -> None:
    assert [stem[:3] for stem in REVISIONS] == [f"{number:03}" for number in range(1, len(REVISIONS) + 1)]
    assert len(REVISIONS) >= 10


@pytest.mark.parametrize("stem", REVISIONS)
def test_up_down_up(stem: str, server: LocalServer, database: str, alembic: Callable[[str], None]) -> None:
    before, revision = f"{int(stem[:3]) - 1:03}".replace("000", "base"), stem[:3]
    if before != "base":
        alembic(f"upgrade:{before}")
    start = _schema(server, database)
    alembic(f"upgrade:{revision}")
    up = _schema(server, database)
    alembic(f"downgrade:{before}")
    if before != "base":
        assert _schema(server, database) == start
    alembic(f"upgrade:{revision}")
    assert _schema(server, database) == up
    if "backfill" not in stem:
        assert up != start


def test_the_models_are_the_schema_at_head(alembic: Callable[[str], None]) -> None:
    alembic("upgrade:head")
    alembic("check")


def test_nothing_stays_behind(server: LocalServer, database: str, alembic: Callable[[str], None]) -> None:
    alembic("upgrade:head")
    alembic("downgrade:base")
    with server.connect(database) as session, session.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        )
        assert [row[0] for row in cursor.fetchall()] == ["alembic_version", "alembic_version_pkc"]
