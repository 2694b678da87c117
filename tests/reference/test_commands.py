"""The Alembic manual, typed into a shell: on the development server, and where DATABASE_URL points."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from assay.scratch import Cluster, find_binaries

PROJECT = Path(__file__).resolve().parents[2]
Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, as a fresh clone: nothing configured, no database yet."""
    copy = tmp_path_factory.mktemp("clone")
    for part in ("models", "migrations"):
        shutil.copytree(PROJECT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "alembic.ini", copy)
    return copy


@pytest.fixture(scope="module")
def shared_url(open_folder: Path) -> Iterator[str]:
    """A server of somebody else's."""
    with Cluster(open_folder / "elsewhere", find_binaries()).running() as server:
        yield server.url().replace("postgresql+psycopg2://", "postgres://")


def _shell(project: Path, open_folder: Path, **configured: str) -> Shell:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"ASSAY_CACHE_DIR": str(open_folder / "cache"), **configured}

    def run(*words: str, cwd: Path = project, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "alembic", *words]
        variables = environment | variables
        return subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def unconfigured(project: Path, open_folder: Path) -> Shell:
    return _shell(project, open_folder)


@pytest.fixture(scope="module", params=["development", "DATABASE_URL"])
def alembic(request: pytest.FixtureRequest, project: Path, open_folder: Path) -> Shell:
    if request.param == "development":
        return _shell(project, open_folder)
    return _shell(project, open_folder, DATABASE_URL=request.getfixturevalue("shared_url"))


def _passed(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_manual(alembic: Shell, project: Path) -> None:
    _passed(alembic("upgrade", "003"))
    assert _passed(alembic("current")) == "003\n"
    _passed(alembic("upgrade", "head"))
    head = _passed(alembic("current"))
    assert head == "022 (head)\n"
    assert "No new upgrade operations detected." in _passed(alembic("check"))
    _passed(alembic("downgrade", "-1"))
    assert _passed(alembic("current")) == "021\n"
    _passed(alembic("downgrade", "016"))
    assert _passed(alembic("current")) == "016\n"
    history = _passed(alembic("history", "--verbose"))
    assert re.findall(r"^Rev: (\w+)", history, re.M) == [f"{number:03}" for number in range(22, 0, -1)]
    _passed(alembic("upgrade", "head", "--sql"))
    assert "CREATE VIEW latest_quarter_metrics" in _passed(alembic("upgrade", "021:022", "--sql"))
    _passed(alembic("-c", str(project / "alembic.ini"), "upgrade", "head", cwd=Path("/")))
    assert _passed(alembic("current")) == head


def test_offline_starts_no_server(unconfigured: Shell, open_folder: Path) -> None:
    nowhere = open_folder / "never"
    sql = _passed(unconfigured("upgrade", "head", "--sql", ASSAY_CACHE_DIR=str(nowhere), DATABASE_URL=""))
    assert sql.count("-- Running upgrade") == 22
    assert not nowhere.exists()


def test_autogenerate_writes_the_next_number(unconfigured: Shell, project: Path) -> None:
    model, versions = project / "models" / "companies.py", project / "migrations" / "versions"
    original = model.read_text()
    _passed(unconfigured("upgrade", "head"))
    try:
        model.write_text(original + "    website: Mapped[str | None]\n")
        changed = unconfigured("check")
        assert changed.returncode != 0
        _passed(unconfigured("revision", "--autogenerate", "-m", "Add company website"))
        made = versions / "023_add_company_website.py"
        text = made.read_text()
        assert 'op.add_column("companies", sa.Column("website"' in text.replace("'", '"')
        assert 'op.drop_column("companies", "website")' in text.replace("'", '"')
        _passed(unconfigured("upgrade", "head"))
        assert "No new upgrade operations detected." in _passed(unconfigured("check"))
        _passed(unconfigured("downgrade", "-1"))
    finally:
        model.write_text(original)
        for path in versions.glob("023_*"):
            path.unlink()


def test_an_empty_revision_is_numbered_too(unconfigured: Shell, project: Path) -> None:
    _passed(unconfigured("revision", "-m", "refresh rates"))
    made = project / "migrations" / "versions" / "023_refresh_rates.py"
    assert "revision = '023'" in made.read_text()
    made.unlink()


def test_autogenerate_away_from_head_is_refused(unconfigured: Shell) -> None:
    _passed(unconfigured("upgrade", "head"))
    _passed(unconfigured("downgrade", "-1"))
    result = unconfigured("revision", "--autogenerate", "-m", "too early")
    assert result.returncode != 0
    assert "Target database is not up to date." in result.stdout + result.stderr
    _passed(unconfigured("upgrade", "head"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("postgresql://ana:s3cret@127.0.0.1:1/db", "Connection refused", id="nobody listens"),
        pytest.param(
            "postgres://ana:s3cret@no-such-host.invalid/db", "could not translate host name", id="host"
        ),
        pytest.param("postgresql://ana:s3cret@127.0.0.1:port/db", "DATABASE_URL", id="port is no number"),
        pytest.param("mysql+nothing://ana:s3cret@h/db", "DATABASE_URL", id="another database"),
        pytest.param("postgresql+none://ana:s3cret@h/db", "postgresql+none", id="driver"),
        pytest.param("ana:s3cret@localhost/db", "DATABASE_URL", id="no scheme"),
        pytest.param("postgresql://ana:s3cret/x@127.0.0.1:1/db", "DATABASE_URL", id="slash in the password"),
        pytest.param(
            "postgresql://ana:x@s3cret@h.invalid/db", "percent-encode", id="at sign in the password"
        ),
    ],
)
def test_a_wrong_url_is_named_without_its_password(url: str, expected: str, unconfigured: Shell) -> None:
    result = unconfigured("upgrade", "head", DATABASE_URL=url)
    assert result.returncode != 0
    assert expected in result.stdout + result.stderr
    assert "s3cret" not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
