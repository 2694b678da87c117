"""A project in git, and an environment that plain Alembic has brought to its first revision."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from alembic import command
from alembic.config import Config
from assay.cli import main
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server

from tests.cli.test_commands import Repository

PASSWORD = "p@ss/w0rd:%é"
ENV = """
import os
from alembic import context
from sqlalchemy import create_engine
OPTIONS = {options}
if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()
"""
FIRST = """op.create_table(
        "customer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, index=True),
        sa.Column("mail", sa.Text, index=True),
        sa.Column("place", sa.Text, index=True),
    )"""
SECOND = """op.add_column("customer", sa.Column("note", sa.Text))
    with op.get_context().autocommit_block():
        op.create_index("ix_note", "customer", ["note"], postgresql_concurrently=True)"""
THIRD = 'op.alter_column("customer", "name", nullable=False)'

Ran = Callable[..., tuple[int, str, str]]


class Project(Repository):
    """Of three revisions: `a1`, `a2` and `a3`."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.configure()
        self.revision("a1", up=FIRST, back='op.drop_table("customer")')
        self.revision("a2", "a1", up=SECOND, back='op.drop_column("customer", "note")')
        self.revision("a3", "a2", up=THIRD, back='op.alter_column("customer", "name", nullable=True)')
        self.write("governance.yaml", "environments:\n  staging: {url_env: STAGING_URL}\n")
        self.commit()

    def configure(self, **options: str) -> None:
        """What env.py gives `context.configure()`, as literals."""
        arguments = "".join(f"{name}={value!r}, " for name, value in options.items())
        self.write(
            "migrations/env.py", ENV.format(options=options).replace("**OPTIONS", arguments or "**OPTIONS")
        )

    def revision(self, rev: str, down: object = None, up: str = "pass", back: str = "pass") -> Path:
        file = super().revision(rev, down, up, back)
        text = file.read_text("utf-8").replace(
            "from alembic import op", "import sqlalchemy as sa\nfrom alembic import op"
        )
        return self.write(str(file.relative_to(self.project)), text)

    def alembic(self, what: str, revision: str, url: str) -> None:
        """Plain Alembic, on the database at `url`."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DATABASE_URL", url)
            patch.chdir(self.project)
            getattr(command, what)(Config(str(self.project / "alembic.ini")), revision)


class Live:
    """A database that somebody uses."""

    def __init__(self, databases: Databases, name: str) -> None:
        self.databases, self.name = databases, name
        # The user is called `assay`, as the ledger's schema is, where PostgreSQL would look first.
        self.url = databases.server.url(name) + "&options=-csearch_path%3Dpublic"
        self.secret_url = self.url.replace("://assay@", f"://assay:{quote(PASSWORD, safe='')}@")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.databases.server.connect(self.name) as session, session.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path / "project")
    monkeypatch.chdir(made.project)
    return made


@pytest.fixture(scope="package")
def databases() -> Iterator[Databases]:
    with local_server(find_binaries()) as server, Databases(server) as opened:
        yield opened


@pytest.fixture
def live(databases: Databases, project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    with databases.fresh() as name:
        made = Live(databases, name)
        project.alembic("upgrade", "a1", made.url)
        monkeypatch.setenv("STAGING_URL", made.secret_url)
        yield made


@pytest.fixture
def ran(capfd: pytest.CaptureFixture[str], databases: Databases) -> Ran:
    """Runs a command; exit code, stdout and stderr, without the password in them.

    `databases` keeps the scratch server running in between.
    """
    capfd.readouterr()

    def command(*arguments: str | os.PathLike[str]) -> tuple[int, str, str]:
        code = main([str(each) for each in arguments])
        out, err = capfd.readouterr()
        for secret in (PASSWORD, quote(PASSWORD, safe="")):
            assert secret not in out + err
        return code, out, err

    return command
