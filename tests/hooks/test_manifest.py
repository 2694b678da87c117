"""What .pre-commit-hooks.yaml promises, and whether our own configuration and the README agree with it."""

from __future__ import annotations

import shlex
import sys
from typing import Any

import pytest
import yaml
from assay.cli._main import assay as group
from click import Context

from tests.frame.support import ROOT, run

MANIFEST: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
LOCAL = {hook["id"]: hook for repo in CONFIG["repos"] for hook in repo["hooks"]}
every_hook = pytest.mark.parametrize("hook", MANIFEST, ids=[hook["id"] for hook in MANIFEST])


def test_pre_commit_accepts_the_manifest() -> None:
    done = run(sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml", cwd=ROOT)
    assert done.stdout + done.stderr == ""


def test_pre_commit_accepts_the_configuration() -> None:
    done = run(sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml", cwd=ROOT)
    assert done.stdout + done.stderr == ""


def test_our_own_hooks_need_no_network() -> None:
    assert {repo["repo"] for repo in CONFIG["repos"]} == {"local"}
    assert {hook["language"] for hook in LOCAL.values()} == {"unsupported"}


@every_hook
def test_a_hook_runs_a_command_that_takes_its_options(hook: dict[str, Any]) -> None:
    program, name, *options = shlex.split(hook["entry"])
    command = group.get_command(Context(group), name)
    assert program == "assay"
    assert command is not None
    assert set(options) <= {flag for parameter in command.params for flag in parameter.opts}


@every_hook
def test_a_hook_sees_deletions_and_is_never_split(hook: dict[str, Any]) -> None:
    assert hook["always_run"] is True
    assert hook["pass_filenames"] is False
    assert hook["require_serial"] is True


@pytest.mark.parametrize("hook", [h for h in MANIFEST if h["id"] in LOCAL], ids=lambda hook: hook["id"])
def test_what_we_run_ourselves_is_what_we_offer(hook: dict[str, Any]) -> None:
    ours = LOCAL[hook["id"]]
    assert ours["name"] == hook["name"]
    assert ours["entry"] == f".venv/bin/{hook['entry']}"
    assert ours.get("stages", CONFIG["default_stages"]) == hook["stages"]


def test_we_run_the_whole_line_ourselves() -> None:
    assert {"assay-check", "assay-models"} <= set(LOCAL)


@every_hook
def test_the_readme_names_the_hook(hook: dict[str, Any]) -> None:
    assert hook["id"] in (ROOT / "README.md").read_text("utf-8")
