"""The Makefile: what it lists, what it says on a machine that lacks something, and its verdict."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .support import ROOT, attempt, run, snapshot

ITS_VARIABLES = ("ALEMBIC", "JOBS", "KILLS", "PYTHON", "SEED", "SQLALCHEMY", "TESTS", "VENV")
TARGETS = (
    *("setup", "check", "test", "docs", "pictures", "format", "bench"),
    *("bench-load", "chaos", "test-pair", "test-postgresql", "clean"),
)


def _make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ITS_VARIABLES}
    return attempt("make", "--no-print-directory", *arguments, cwd=cwd, environment=environment)


def _fake_python(folder: Path, condition: str) -> Path:
    """A python3 that fails the question which holds `condition`, and answers every other one."""
    program = folder / "python3"
    program.write_text(f'#!/bin/sh\ncase "$*" in *{condition}*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    return program


def test_make_alone_lists_the_targets() -> None:
    listed = re.findall(r"^  make (\S+) +\S", _make().stdout, flags=re.MULTILINE)
    assert listed == ["help", *TARGETS]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("version_info", "Assay needs Python 3.10 or newer, and {python} is Python 3."),
        (
            "ensurepip",
            "{python} cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv",
        ),
    ],
    ids=["too-old", "without-venv"],
)
def test_a_python_that_will_not_do_is_named(tmp_path: Path, condition: str, told: str) -> None:
    python = _fake_python(tmp_path, condition)
    done = _make("check", f"PYTHON={python}", f"VENV={tmp_path}/venv")
    assert done.returncode == 2
    assert done.stderr.startswith(told.format(python=python))
    assert not (tmp_path / "venv").exists()


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    done = _make("test", "PYTHON=python3.99", f"VENV={tmp_path}/venv")
    assert done.returncode == 2
    assert done.stderr.startswith("Assay needs Python 3.10 or newer, and there is no python3.99 here.")
    assert "make test PYTHON=" in done.stderr


def test_the_second_run_installs_nothing(tmp_path: Path) -> None:
    (tmp_path / ".installed").touch()
    assert _make("setup", f"VENV={tmp_path}").stdout == "make: Nothing to be done for 'setup'.\n"


def test_a_changed_pyproject_installs_again(tmp_path: Path) -> None:
    (tmp_path / ".installed").touch()
    changed = _make("--dry-run", "--what-if=pyproject.toml", "setup", f"VENV={tmp_path}")
    assert "pip install" in changed.stdout


def test_check_proves_the_reference_history_and_touches_no_development_database() -> None:
    venv = sys.prefix
    done = _make("check", f"VENV={venv}", f"--assume-old={venv}/.installed")
    assert done.returncode == 0, done.stdout + done.stderr
    *_, written, first, second, third, fourth, applied = done.stdout.splitlines()
    revisions = len(list((ROOT / "migrations/versions").glob("*.py")))
    assert re.fullmatch(rf"All good: {revisions} revisions, \d+ statements \(.* s\)\.", written)
    assert [" ".join(step.split()[:-2]) for step in (first, second, third, fourth)] == [
        "alembic upgrade head",
        "alembic check",
        "alembic downgrade base",
        "alembic upgrade head",
    ]
    assert applied.startswith(f"All good: {revisions} revisions go up on PostgreSQL ")
    assert not (Path(os.environ["ASSAY_CACHE_DIR"]) / "development").exists()


def test_clean_leaves_nothing_that_was_made(tmp_path: Path) -> None:
    snapshot(tmp_path)
    run("git", "init", "--quiet", cwd=tmp_path)
    run("git", "add", "--all", cwd=tmp_path)
    for made in (".venv/bin/python", ".venv-pair-x/a", "build/a", "dist/a", "tools/assay/__pycache__/a.pyc"):
        (tmp_path / made).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / made).touch()
    assert _make("clean", cwd=tmp_path).returncode == 0
    assert run("git", "status", "--porcelain", "--ignored", cwd=tmp_path).stdout.count("\n!!") == 0
