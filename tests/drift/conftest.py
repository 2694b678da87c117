"""A project of two revisions, and live databases beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server

from tests.cli.test_commands import Repository

FIRST = "CREATE TABLE companies (id bigint PRIMARY KEY, name text NOT NULL)"
SECOND = "CREATE INDEX ix_companies_name ON companies (name)"
GOVERNANCE = "environments:\n  staging: {url_env: STAGING_URL}\n  production: {url_env: PRODUCTION_URL}\n"

Live = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "project")
    made.revision("a1", up=f'op.execute("{FIRST}")')
    made.revision("a2", "a1", up=f'op.execute("{SECOND}")')
    made.write("governance.yaml", GOVERNANCE)
    made.commit()
    monkeypatch.chdir(made.project)
    return made


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with local_server(find_binaries()) as server, Databases(server) as opened:
        yield opened


@pytest.fixture
def live(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """Makes a database at a revision, with statements that somebody ran by hand, and sets its variable."""
    open_ones = []

    def make(variable: str, revision: str | None, *by_hand: str) -> str:
        context = databases.fresh()
        name = context.__enter__()
        open_ones.append(context)
        version = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)"
        stamp = [] if revision is None else [version, f"INSERT INTO alembic_version VALUES ('{revision}')"]
        made = {"a1": [FIRST], "a2": [FIRST, SECOND]}.get(revision or "", [])
        with databases.server.connect(name) as session, session.cursor() as cursor:
            cursor.execute("; ".join([*made, *stamp, *by_hand, "SELECT 1"]))
        monkeypatch.setenv(variable, databases.server.url(name))
        return databases.server.url(name)

    yield make
    for context in open_ones:
        context.__exit__(None, None, None)
