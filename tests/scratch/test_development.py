"""The development database: where it lives, that it stays, and the commands to use it by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from assay.scratch import cache_folder, development_cluster, development_url


def _by_hand(command: str, project: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "assay.scratch", command, "--project", str(project)]
    return subprocess.run(words, input=typed, capture_output=True, text=True, check=False)


@pytest.fixture
def project(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSAY_CACHE_DIR", str(open_folder / "cache"))
    return open_folder / "project"


def _execute(url: str, statement: str) -> None:
    session = psycopg2.connect(url.replace("+psycopg2", ""))
    try:
        with session, session.cursor() as cursor:
            cursor.execute(statement)
    finally:
        session.close()


def test_it_stays_and_belongs_to_one_project(project: Path) -> None:
    with development_url(project) as url:
        assert url.startswith("postgresql+psycopg2://assay@/development?host=")
        _execute(url, "CREATE TABLE kept (id integer)")
    with development_url(project) as url:
        _execute(url, "SELECT * FROM kept")
    assert development_cluster(project).status() is None
    assert development_cluster(project).folder != development_cluster(project / "other").folder


def test_by_hand(project: Path) -> None:
    assert _by_hand("status", project).stdout.startswith("not running\n")
    assert "development" in _by_hand("psql", project, "SELECT current_database();").stdout
    words = [sys.executable, "-m", "assay.scratch", "run", "--project", str(project)]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    _execute(url, "SELECT 1")
    assert _by_hand("status", project).stdout.startswith(url)
    server.send_signal(signal.SIGINT)
    assert server.communicate(timeout=30) == ("", "Serving until Ctrl-C.\n")
    assert server.returncode == 0
    assert _by_hand("stop", project).stdout == "not running\n"
    assert _by_hand("status", project).returncode == 1


def test_an_expected_failure_ends_with_its_exit_code(
    project: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (open_folder / "file").write_text("")
    monkeypatch.setenv("ASSAY_CACHE_DIR", str(open_folder / "file"))
    result = _by_hand("psql", project)
    assert result.returncode == 3
    assert "cannot be used" in result.stderr
    assert "Traceback" not in result.stderr


def test_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSAY_CACHE_DIR", raising=False)
    if os.geteuid() == 0:
        assert cache_folder() == Path("/var/cache/assay")
    else:
        assert cache_folder().name == "assay"
