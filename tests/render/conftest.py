"""A small Alembic project in a temporary folder, rendered."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from assay.history import Project, Selection, find_project, read_history
from assay.model import Direction, Revision, Statement
from assay.render import EnvSettings, Rendering, render

ENV = """\
from alembic import context

def run_migrations_offline():
    context.configure(
        url="postgresql+psycopg2://", literal_binds=True, dialect_opts={"paramstyle": "named"}
    )
    with context.begin_transaction():
        context.run_migrations()

assert context.is_offline_mode()
run_migrations_offline()
"""


class Workbench:
    """Files in, rendering out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\n")
        self.write("migrations/env.py", ENV)
        (folder / "migrations/versions").mkdir()
        self._last: str | None = None

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def revision(self, rev: str, body: str, down: str | tuple[str, ...] | None = "", top: str = "") -> Path:
        """A file whose line 1 is the docstring and whose `body` starts at line 8."""
        parent = self._last if down == "" else down
        self._last = rev
        head = (
            f'"""{rev}"""\nimport sqlalchemy as sa\nfrom alembic import op\n'
            f"revision = {rev!r}\ndown_revision = {parent!r}\ndepends_on = None\n{top}\n"
        )
        return self.write(f"migrations/versions/{rev}.py", head + textwrap.dedent(body))

    @property
    def project(self) -> Project:
        return find_project(self.folder, self.folder / "alembic.ini")

    def revisions(self) -> list[Revision]:
        return list(read_history(self.project, Selection(all=True)).revisions.values())

    def render(self, *ids: str, settings: EnvSettings | None = None) -> Rendering:
        """All revisions (or `ids`), up and then down."""
        known = self.revisions()
        wanted = [r for r in known if not ids or r.id in ids]
        todo: list[tuple[Revision, Direction]] = [(r, "upgrade") for r in wanted]
        todo += [(r, "downgrade") for r in reversed(wanted)]
        return render(self.project, known, todo, settings)

    def statements(self, body: str, top: str = "") -> list[Statement]:
        """What one revision with `body` emits on the way up."""
        self.revision("r1", body + "\n\ndef downgrade():\n    pass\n", top=top)
        rendered = self.render().rendered["r1", "upgrade"]
        assert rendered.failure is None
        return list(rendered.statements)


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


@pytest.fixture
def lines_of() -> Callable[[list[Statement]], list[tuple[int, str]]]:
    return lambda statements: [(s.line, s.sql) for s in statements]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering must not depend on where it is run from."""
    monkeypatch.chdir(tmp_path_factory.mktemp("cwd"))
