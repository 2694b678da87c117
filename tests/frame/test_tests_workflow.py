"""What .github/workflows/tests.yml covers, held against what pyproject.toml promises."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from .support import ROOT, pyproject

JOBS: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text("utf-8"))["jobs"]
PREFIX = "Programming Language :: Python :: 3."


def test_every_python_that_we_promise_is_tested() -> None:
    promised = [c.rpartition(" ")[2] for c in pyproject()["project"]["classifiers"] if c.startswith(PREFIX)]
    assert JOBS["everything"]["strategy"]["matrix"]["python"] == promised


@pytest.mark.parametrize("name", ["alembic", "sqlalchemy"])
def test_the_oldest_version_that_we_promise_is_tested(name: str) -> None:
    asked = next(d for d in pyproject()["project"]["dependencies"] if d.startswith(name))
    oldest = asked.partition(">=")[2].partition(",")[0]
    assert JOBS["pairs"]["strategy"]["matrix"]["include"][0][name] == oldest


def test_ci_runs_what_a_developer_runs() -> None:
    scripts = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
    installs = [script for script in scripts if "apt-get" in script]
    assert [s for s in scripts if s not in installs] == [
        "make check",
        ".ci/run",
        "make test-pair",
        "make test-postgresql",
    ]


def test_every_postgresql_that_we_promise_is_tested() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    oldest, newest = map(int, re.findall(r"PostgreSQL (\d+).(\d+)", text)[0])
    matrix = JOBS["postgresql"]["strategy"]["matrix"]["postgresql"]
    assert matrix == [str(major) for major in range(oldest, newest + 1)]
