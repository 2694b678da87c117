"""tests/conftest.py: what no test may see of the machine it runs on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .support import run


def test_git_reads_no_configuration_of_the_machine(tmp_path: Path) -> None:
    assert run("git", "config", "--list", "--show-scope", cwd=tmp_path).stdout == ""


def test_no_home_is_read() -> None:
    assert Path.home() == Path(os.environ["ASSAY_CACHE_DIR"]).parent / "home"


def test_the_cache_is_one_that_the_servers_account_can_enter() -> None:
    cache = Path(os.environ["ASSAY_CACHE_DIR"])
    assert {folder.stat().st_mode & 0o055 for folder in (cache, cache.parent)} == {0o055}


@pytest.mark.parametrize("name", ["DATABASE_URL", "GIT_DIR", "GIT_INDEX_FILE", "PGHOST", "GITHUB_ACTIONS"])
def test_a_variable_that_would_steer_us_is_not_set(name: str) -> None:
    assert name not in os.environ
