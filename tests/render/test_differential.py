"""What Assay renders is, byte for byte, what `alembic upgrade a:b --sql` prints.

On the reference history, and on histories that nobody here wrote: revision files taken from wheels on PyPI,
pinned by hash, downloaded once, never committed. Revisions of theirs that import their application are
replaced by empty ones, because Alembic itself cannot load a history that has an unimportable file.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import re
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import alembic
import pytest
import sqlalchemy
from alembic import command
from alembic.config import Config
from assay.history import Project, Selection, find_project, read_history
from assay.model import Direction, Revision
from assay.render import Rendering, render
from sqlalchemy.exc import CompileError

ROOT = Path(__file__).parents[2]
SQLALCHEMY_1 = sqlalchemy.__version__.startswith("1.")
WHEELS = ROOT / ".cache" / "wheels"


class Wheel(NamedTuple):
    """A distribution on PyPI that carries a history."""

    requirement: str
    file: str
    sha256: str
    versions: str
    """The folder of its revision files, inside the wheel."""
    runs: int
    """How many steps, up and down together, must be compared at the least."""


HISTORIES = {
    "optuna": Wheel(
        "optuna==4.8.0",
        "optuna-4.8.0-py3-none-any.whl",
        "c57a7682679c36bfc9bca0da430698179e513874074b71bebedb0334964ab930",
        "optuna/storages/_rdb/alembic/versions/",
        8,
    ),
    "mlflow": Wheel(
        "mlflow-skinny==3.17.2",
        "mlflow_skinny-3.17.2-py3-none-any.whl",
        "31be9190494212ccd94774170fd06f6fe04d209aae3923eefd16f9bf7830d63c",
        "mlflow/store/db_migrations/versions/",
        80,
    ),
    "airflow": Wheel(
        "apache-airflow-core==3.3.2",
        "apache_airflow_core-3.3.2-py3-none-any.whl",
        "99258922bccec15be4700ff89f3c942b8acd93407e263c287ce863e671bb3c50",
        "airflow/migrations/versions/",
        120,
    ),
}


@pytest.fixture
def quiet() -> Iterator[None]:
    """Alembic's generic env.py configures logging, and old revisions use what SQLAlchemy now warns of."""
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def wheel_file(wheel: Wheel) -> Path:
    """The wheel, from the cache or from PyPI; its hash is checked each time."""
    file = WHEELS / wheel.file
    if not file.is_file():
        WHEELS.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "--ignore-requires-python",  # only its files are read
                "--only-binary=:all:",
                "-d",
                str(WHEELS),
                wheel.requirement,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert hashlib.sha256(file.read_bytes()).hexdigest() == wheel.sha256
    return file


def unpack(wheel: Wheel, folder: Path) -> Project:
    """A project of the wheel's revision files under Alembic's own generic env.py."""
    generic = Path(alembic.__file__).parent / "templates" / "generic"
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    shutil.copy(generic / "env.py", folder / "migrations")
    ini = (generic / "alembic.ini.mako").read_text()
    ini = ini.replace("${script_location}", "%(here)s/migrations").replace(
        "driver://user:pass@localhost/dbname", "postgresql+psycopg2://"
    )
    (folder / "alembic.ini").write_text(ini)
    with zipfile.ZipFile(wheel_file(wheel)) as archive:
        for name in archive.namelist():
            if name.startswith(wheel.versions) and name.endswith(".py"):
                (versions / Path(name).name).write_bytes(archive.read(name))
    project = find_project(folder, folder / "alembic.ini")
    for revision in read_history(project, Selection(all=True)).revisions.values():
        if not importable(revision):
            (folder / revision.path).write_text(
                f"revision = {revision.id!r}\ndown_revision = {revision.down_revisions or None!r}\n"
                f"depends_on = {revision.depends_on or None!r}\n"
                "def upgrade():\n    pass\n\ndef downgrade():\n    pass\n"
            )
    return project


def importable(revision: Revision) -> bool:
    try:
        exec(compile(revision.source, revision.path, "exec"), {"__name__": "probe"})
    except ImportError:
        return False
    return True


def alembic_sql(project: Project, span: str, direction: Direction) -> str:
    config = Config(str(project.config_file))
    config.output_buffer = io.StringIO()
    with contextlib.redirect_stderr(io.StringIO()):
        getattr(command, direction)(config, span, sql=True)
    return config.output_buffer.getvalue()


def rendering_of(project: Project) -> tuple[list[Revision], Rendering]:
    known = list(read_history(project, Selection(all=True)).revisions.values())
    todo: list[tuple[Revision, Direction]] = [(r, "upgrade") for r in known]
    todo += [(r, "downgrade") for r in reversed(known)]
    return known, render(project, known, todo)


def chains(known: Sequence[Revision], rendering: Rendering, direction: Direction) -> Iterator[list[Revision]]:
    """Longest runs of revisions, each on the one before, that could be rendered."""
    chain: list[Revision] = []
    for revision in known:
        whole = (
            rendering.rendered[revision.id, direction].failure is None and len(revision.down_revisions) < 2
        )
        if chain and (not whole or revision.down_revisions != (chain[-1].id,)):
            yield chain
            chain = []
        if whole:
            chain.append(revision)
    if chain:
        yield chain


def in_stable_order(sql: str) -> str:
    """Alembic emits a new table's indexes in the order of a Python set: another one in each process."""
    paragraphs = sql.split("\n\n")
    start = 0
    while start < len(paragraphs):
        end = start
        while end < len(paragraphs) and re.match(r"CREATE (UNIQUE )?INDEX ", paragraphs[end]):
            end += 1
        paragraphs[start:end] = sorted(paragraphs[start:end])
        start = max(end, start + 1)
    return "\n\n".join(paragraphs)


def compare(project: Project, direction: Direction) -> int:
    """Compare every chain; how many steps that were."""
    known, rendering = rendering_of(project)
    assert rendering.rendered_by == "env.py"
    return sum(
        compare_chain(project, rendering, chain, direction) for chain in chains(known, rendering, direction)
    )


def compare_chain(project: Project, rendering: Rendering, chain: list[Revision], direction: Direction) -> int:
    """Compare the chain as one range; around a step that Alembic itself refuses, its two sides."""
    if not chain:
        return 0
    below = chain[0].down_revisions[0] if chain[0].down_revisions else "base"
    ids = [revision.id for revision in chain]
    up = direction == "upgrade"
    try:
        expected = alembic_sql(project, f"{below}:{ids[-1]}" if up else f"{ids[-1]}:{below}", direction)
    except CompileError:  # it renders no literal for a column without a type; Assay does
        half = len(chain) // 2
        sides = (chain[:half], chain[half:]) if half else ()
        return sum(compare_chain(project, rendering, side, direction) for side in sides)
    got = rendering.script(ids if up else reversed(ids), direction)
    assert in_stable_order(got) == in_stable_order(expected)
    return len(chain)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", HISTORIES)
def test_histories_that_nobody_here_wrote(name: str, tmp_path: Path) -> None:
    project = unpack(HISTORIES[name], tmp_path)
    assert compare(project, "upgrade") + compare(project, "downgrade") >= HISTORIES[name].runs


@pytest.mark.skipif(SQLALCHEMY_1, reason="the reference database is SQLAlchemy 2")
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("direction", ["upgrade", "downgrade"])
def test_the_reference_history_is_rendered_whole(
    direction: Direction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    project = find_project(ROOT, ROOT / "alembic.ini")
    assert compare(project, direction) == len(read_history(project, Selection(all=True)).revisions)


@pytest.mark.usefixtures("quiet")
def test_a_history_with_branches_and_a_merge_is_rendered_as_one_range(tmp_path: Path) -> None:
    project = unpack(HISTORIES["optuna"], tmp_path)
    parents: dict[str, tuple[str, ...]] = {
        "m1": ("v0.9.0.a",),
        "m2": ("v0.9.0.a",),
        "m3": ("m1", "m2"),
        "m4": ("m3",),
    }
    shutil.rmtree(tmp_path / "migrations/versions")
    (tmp_path / "migrations/versions").mkdir()
    for rev, down in {"v0.9.0.a": (), **parents}.items():
        (tmp_path / f"migrations/versions/{rev}.py").write_text(
            f"from alembic import op\nrevision = {rev!r}\ndown_revision = {down or None!r}\n"
            f"def upgrade():\n    op.execute('SELECT {len(rev)}')\n\ndef downgrade():\n    pass\n"
        )
    known, _rendering = rendering_of(project)
    expected = alembic_sql(project, "base:m4", "upgrade")
    order = re.findall(r"-- Running upgrade .*-> ([\w.]+)", expected)
    again = render(project, known, [(next(r for r in known if r.id == rev), "upgrade") for rev in order])
    assert again.script(order) == expected
