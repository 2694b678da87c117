"""A state that is kept is good as long as everything is as it was that shaped it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from assay.history import Selection, find_project, read_history
from assay.render import EnvSettings
from assay.scratch import Databases
from assay.trace import Tracing, Wanted, trace
from assay.trace import states as module
from assay.trace.inputs import Inputs

from tests.trace.test_hostile import databases

__all__ = ["databases"]

ENV = """
from alembic import context
from sqlalchemy import MetaData, create_engine
{more}
with create_engine("postgresql+psycopg2://").connect() as connection:
    context.configure(connection=connection, target_metadata=MetaData(naming_convention={convention}))
    with context.begin_transaction():
        context.run_migrations()
"""
FIRST = """
{more}
import sqlalchemy as sa
from alembic import context, op
revision, down_revision = "r1", None

def upgrade():
    op.execute(f"CREATE TABLE {{{name}}} (id int)")
    op.create_table("named", sa.Column("id", sa.Integer, unique=True))

def downgrade():
    pass
"""
SECOND = """
revision, down_revision = "r2", "r1"
def upgrade(): pass
def downgrade(): pass
"""


class Place:
    def __init__(self, folder: Path, databases: Databases) -> None:
        self.folder, self._databases = folder, databases
        self.settings = EnvSettings()
        self.write("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\n")
        self.write("migrations/versions/r2.py", SECOND)
        self.env()
        self.first()

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)

    def env(self, more: str = "", convention: str = "{}") -> None:
        self.write("migrations/env.py", ENV.format(more=more, convention=convention))

    def first(self, name: str = "'t'", more: str = "") -> None:
        self.write("migrations/versions/r1.py", FIRST.format(name=name, more=more))

    def trace(self) -> Tracing:
        for name in [n for n in sys.modules if n.startswith("place_")]:
            del sys.modules[name]
        project = find_project(self.folder, self.folder / "alembic.ini")
        known = list(read_history(project, Selection(all=True)).revisions.values())
        wanted = Wanted(project, known, [r for r in known if r.id == "r2"], settings=self.settings)
        return trace(wanted, self._databases.server, self._databases, "scratch")

    def tables(self) -> set[str]:
        before = self.trace().trips["r2"].upgrade.before
        assert before is not None
        return {key.name for key in before if key.kind in ("table", "constraint")} - {"named"}


@pytest.fixture
def place(tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # it knows a module by its second and its size
    return Place(tmp_path, databases)


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of revisions of each replay."""
    seen: list[int] = []
    replay = module.States._replay

    def counted(self: module.States, database: str, revisions: list[object], inputs: Inputs) -> None:
        seen.append(len(revisions))
        replay(self, database, revisions, inputs)  # type: ignore[arg-type]

    monkeypatch.setattr(module.States, "_replay", counted)
    return seen


def read_a_file(place: Place, name: str) -> None:
    place.first("open('sql/one.txt').read()")
    place.write("sql/one.txt", name)


def list_a_folder(place: Place, name: str) -> None:
    place.first("sorted(os.listdir('tables'))[-1]", "import os")
    place.write(f"tables/{name}", "")


def import_a_module(place: Place, name: str) -> None:
    place.first("place_helper.NAME", "import place_helper")
    place.write("place_helper.py", "from place_other import NAME\n")
    place.write("place_other.py", f"NAME = {name!r}\n")


def import_it_late(place: Place, name: str) -> None:
    place.first("__import__('place_other').NAME")
    place.write("place_other.py", f"NAME = {name!r}\n")


def import_what_env_py_imported(place: Place, name: str) -> None:
    place.env("import place_helper")
    import_a_module(place, name)


def ask_a_variable(place: Place, name: str) -> None:
    place.first("os.environ.get('PLACE_TABLE')", "import os")
    os.environ["PLACE_TABLE"] = name


def get_a_variable(place: Place, name: str) -> None:
    place.first("getenv('PLACE_TABLE')", "from os import getenv")
    os.environ["PLACE_TABLE"] = name


def give_an_argument(place: Place, name: str) -> None:
    place.first("context.get_x_argument(as_dictionary=True)['table']")
    place.settings = EnvSettings(x=(f"table={name}",))


def give_an_attribute(place: Place, name: str) -> None:
    place.first("context.config.attributes['table']")
    place.settings = EnvSettings(attributes={"table": name})


def give_an_option(place: Place, name: str) -> None:
    place.first("context.config.get_main_option('table')")
    place.write(
        "alembic.ini",
        f"[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\ntable = {name}\n",
    )


WAYS = [
    read_a_file,
    list_a_folder,
    import_a_module,
    import_it_late,
    import_what_env_py_imported,
    ask_a_variable,
    get_a_variable,
    give_an_argument,
    give_an_attribute,
    give_an_option,
]


@pytest.mark.parametrize("way", WAYS)
def test_what_shaped_it_is_noticed(
    place: Place, replays: list[int], way: Callable[[Place, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACE_TABLE", "")
    way(place, "a")
    assert place.tables() == {"a", "named_id_key"}
    way(place, "a")
    assert place.tables() == {"a", "named_id_key"}
    assert replays == [1], "nothing changed"
    way(place, "b")
    assert place.tables() == {"b", "named_id_key"}
    assert replays == [1, 1]


def test_what_did_not_is_not(place: Place, replays: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    place.env("import place_models")
    place.write("place_models.py", "")
    place.tables()
    place.write("place_models.py", "changed = 1")
    place.write("another.sql", "x")
    monkeypatch.setenv("PLACE_TABLE", "x")
    place.tables()
    assert replays == [1]


def test_naming_conventions_shape_it(place: Place, replays: list[int]) -> None:
    place.env("from place_models import NAMES", "NAMES")
    place.write("place_models.py", "NAMES = {'uq': 'uq_%(table_name)s'}")
    assert place.tables() == {"t", "uq_named"}
    place.write("place_models.py", "NAMES = {'uq': 'unique_%(table_name)s'}")
    assert place.tables() == {"t", "unique_named"}
    assert place.tables() == {"t", "unique_named"}
    assert replays == [1, 1]


def test_a_function_of_them_is_known_by_what_it_does(place: Place, replays: list[int]) -> None:
    text = (
        "def named(kind):\n    def name(item, table):\n        return f'{kind}_{table.name}'\n    return name\n"
        "NAMES = {'own': named('KIND'), 'uq': '%(own)s'}"
    )
    place.env("from place_models import NAMES", "NAMES")
    place.write("place_models.py", text)
    assert place.tables() == {"t", "KIND_named"}
    assert place.tables() == {"t", "KIND_named"}
    assert replays == [1]
    place.write("place_models.py", text.replace("KIND", "another"))
    assert place.tables() == {"t", "another_named"}
    assert replays == [1, 1]


def test_so_does_the_built_in_env(place: Place, replays: list[int]) -> None:
    place.env("from place_models import NAMES", "NAMES")
    assert place.tables() == {"t", "named_id_key"}, "place_models is missing"
    assert place.tables() == {"t", "named_id_key"}
    assert replays == [1]
    place.write("place_models.py", "NAMES = {'uq': 'uq_%(table_name)s'}")
    assert place.tables() == {"t", "uq_named"}
    assert place.tables() == {"t", "uq_named"}
    assert replays == [1, 1]
    (place.folder / "place_models.py").unlink()
    assert place.tables() == {"t", "named_id_key"}


def test_an_env_py_that_is_another_one_each_time_ends(place: Place) -> None:
    place.env("import time", "{'uq': f'uq_{time.time_ns()}'}")
    assert place.trace().trips["r2"].upgrade.error is None
    assert place.trace().trips["r2"].upgrade.error is None
