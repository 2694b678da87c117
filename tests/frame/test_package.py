"""What is published: the sdist, the wheel built from it, and the wheel at work in a clean environment."""

from __future__ import annotations

import email
import re
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

import assay
import pytest

from .support import ROOT, attempt, made_once, pyproject, run, snapshot

REVISION = '''"""{message}

Revision ID: {id}
Revises: {down}
"""

from alembic import op
import sqlalchemy as sa

revision = "{id}"
down_revision = {down!r}


def upgrade():
    {upgrade}


def downgrade():
    {downgrade}
'''


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist and the wheel, as `python -m build` makes them from a clean checkout."""

    def make(folder: Path) -> None:
        checkout = folder / "checkout"
        checkout.mkdir()
        snapshot(checkout)
        run(sys.executable, "-m", "build", "--outdir", folder / "dist", checkout, cwd=folder)

    return made_once(tmp_path_factory, "built", make) / "dist"


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """The `assay` of an environment that has the wheel and what it needs, and nothing else."""

    def make(folder: Path) -> None:
        run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
        run(folder / "venv/bin/python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
        # made_once gives the folder another name, and a console script knows its environment by path.
        (folder / "assay").write_text('#!/bin/sh\nexec "${0%/*}/venv/bin/python" -m assay "$@"\n')
        (folder / "assay").chmod(0o755)

    return made_once(tmp_path_factory, "installed", make) / "assay"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What `alembic init` makes, with two revisions."""
    run(sys.executable, "-m", "alembic", "init", "migrations", cwd=tmp_path)
    ini = tmp_path / "alembic.ini"
    ini.write_text(ini.read_text("utf-8").replace("driver://user:pass@", "postgresql://"), "utf-8")
    versions = tmp_path / "migrations/versions"
    (versions / "aaaa_make_orders.py").write_text(
        REVISION.format(
            id="aaaa",
            down=None,
            message="make orders",
            upgrade='op.create_table("orders", sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True))',
            downgrade='op.drop_table("orders")',
        )
    )
    (versions / "bbbb_add_note.py").write_text(
        REVISION.format(
            id="bbbb",
            down="aaaa",
            message="add note",
            upgrade='op.execute("ALTER TABLE orders ADD COLUMN note text")',
            downgrade='op.execute("ALTER TABLE orders DROP COLUMN note")',
        )
    )
    return tmp_path


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return email.message_from_bytes(archive.read(f"alembic_assay-{assay.__version__}.dist-info/METADATA"))


def _at_work(installed: Path, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return attempt(installed, *arguments, cwd=project)


def test_one_sdist_and_one_pure_wheel_are_built(dist: Path) -> None:
    assert {path.name for path in dist.iterdir()} == {
        f"alembic_assay-{assay.__version__}.tar.gz",
        f"alembic_assay-{assay.__version__}-py3-none-any.whl",
    }


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        top = {name.partition("/")[0] for name in archive.namelist()}
    assert top == {"assay", f"alembic_assay-{assay.__version__}.dist-info"}


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    listed = run(
        "git", "ls-files", "--cached", "--others", "--exclude-standard", "tools/assay", cwd=ROOT
    ).stdout
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("assay/")}
    assert "assay/py.typed" in held
    assert held == {f.removeprefix("tools/") for f in listed.splitlines() if (ROOT / f).is_file()}


def test_the_sdist_holds_what_the_wheel_is_built_from(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        top = {name.split("/")[1] for name in archive.getnames()}
    assert top == {
        ".gitignore",
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "pyproject.toml",
        "tools",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Name", "alembic-assay"),
        ("Version", assay.__version__),
        ("Requires-Python", ">=3.10"),
        ("License-Expression", "Apache-2.0"),
        ("License-File", "LICENSE"),
        ("Description-Content-Type", "text/markdown"),
    ],
)
def test_the_metadata_says(wheel: Path, field: str, value: str) -> None:
    assert _metadata(wheel)[field] == value


def test_the_metadata_carries_the_readme(wheel: Path) -> None:
    assert _metadata(wheel).get_payload(decode=True) == (ROOT / "README.md").read_bytes()


def test_the_metadata_asks_for_what_pyproject_asks_for(wheel: Path) -> None:
    lines = [line for line in _metadata(wheel).get_all("Requires-Dist", []) if "extra ==" not in line]
    asked = [re.split(r"[<>=;]", line)[0].strip() for line in lines]
    assert asked == [re.split(r"[<>=;]", line)[0] for line in pyproject()["project"]["dependencies"]]


def test_what_talks_to_github_is_an_extra(wheel: Path) -> None:
    extras = [line for line in _metadata(wheel).get_all("Requires-Dist", []) if "extra ==" in line]
    assert extras == ["requests>=2.32.4; extra == 'github'"]


def test_the_installed_wheel_knows_its_version(installed: Path, tmp_path: Path) -> None:
    assert _at_work(installed, tmp_path, "--version").stdout == f"assay, version {assay.__version__}\n"


def test_the_installed_wheel_lists_every_command(installed: Path, wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = [re.fullmatch(r"assay/cli/([a-z]\w*)\.py", name) for name in archive.namelist()]
    commands = sorted(match[1] for match in held if match)
    listed = _at_work(installed, tmp_path, "--help").stdout.partition("Commands:\n")[2]
    assert commands
    assert re.findall(r"^  ([a-z-]+)", listed, flags=re.MULTILINE) == commands


def test_the_installed_wheel_renders_a_new_project(installed: Path, project: Path) -> None:
    done = _at_work(installed, project, "sql", "aaaa:bbbb", "--raw")
    theirs = run(sys.executable, "-m", "alembic", "upgrade", "aaaa:bbbb", "--sql", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "ALTER TABLE orders ADD COLUMN note text;" in done.stdout
    assert done.stdout == theirs.stdout


def test_the_installed_wheel_proves_a_new_project(installed: Path, project: Path) -> None:
    done = _at_work(installed, project, "check", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(
        r"^All good: 2 revisions, 4 statements \(\d+\.\d s\)\.\n\Z", done.stdout, flags=re.MULTILINE
    )
