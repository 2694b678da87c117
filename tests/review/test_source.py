"""Where the change stands, as git and GitHub tell it; and where links may lead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from assay.errors import EnvironmentFailedError
from assay.history import find_project, read_history
from assay.review.collect_source import source
from assay.review.links import Links
from assay.review.model import Source

from .conftest import Branch

GITHUB = {
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "owner/name",
    "GITHUB_RUN_ID": "42",
    "GITHUB_SHA": "f" * 40,
}


def told(branch: Branch) -> Source:
    project = find_project(branch.project)
    return source(project, read_history(project))


REMOTES = {
    "https": ("https://github.com/owner/name.git", "https://github.com", "owner/name"),
    "a token in it": ("https://x:hunter2@github.com/owner/name", "https://github.com", "owner/name"),
    "scp": ("git@github.com:owner/name.git", "https://github.com", "owner/name"),
    "ssh": ("ssh://git@ghe.example:2222/owner/name.git", "https://ghe.example", "owner/name"),
    "a nickname of ssh's": ("work:owner/name.git", None, None),
    "a folder": ("/srv/git/name.git", None, None),
    "deeper": ("https://gitlab.example/a/b/c.git", None, None),
}


@pytest.mark.parametrize(("url", "server", "name"), REMOTES.values(), ids=REMOTES)
def test_the_remote(branch: Branch, url: str, server: str | None, name: str | None) -> None:
    branch.git("remote", "add", "origin", url)
    found = told(branch)
    assert (found.server_url, found.repository) == (server, name)
    assert "hunter2" not in str(found)


def test_nothing_of_github(branch: Branch) -> None:
    found = told(branch)
    assert (found.server_url, found.repository, found.pull, found.run_url) == (None, None, None, None)
    assert found.head_commit == branch.git("rev-parse", "HEAD").strip()
    assert found.uncommitted is False
    branch.revision("a3", "a2")
    assert told(branch).uncommitted is True


def test_a_pull_request_on_github(branch: Branch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": "a" * 40}}}))
    for name, value in {**GITHUB, "GITHUB_EVENT_PATH": str(event)}.items():
        monkeypatch.setenv(name, value)
    found = told(branch)
    assert (found.server_url, found.repository) == ("https://github.example", "owner/name")
    assert (found.pull, found.head_commit) == (7, "a" * 40), "not the commit that GitHub merged for the run"
    assert found.run_url == "https://github.example/owner/name/actions/runs/42"


@pytest.mark.parametrize("event", ["{}", "[]", '{"pull_request": null}'])
def test_another_event(branch: Branch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, event: str) -> None:
    file = tmp_path / "event.json"
    file.write_text(event)
    for name, value in {**GITHUB, "GITHUB_EVENT_PATH": str(file)}.items():
        monkeypatch.setenv(name, value)
    found = told(branch)
    assert (found.pull, found.head_commit) == (None, branch.git("rev-parse", "HEAD").strip())


def test_an_event_that_is_none(branch: Branch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text("{")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(file))
    with pytest.raises(EnvironmentFailedError, match="The event of the workflow is no JSON"):
        told(branch)


HEAD = "a" * 40
GOOD: dict[str, Any] = {"server_url": "https://github.com", "repository": "owner/name", "head_commit": HEAD}
START = "https://github.com/owner/name"


def test_links() -> None:
    links = Links(Source(**GOOD, run_url=f"{START}/actions/runs/1/attempts/2"))
    assert links.file("a b/ü(1).py", 12) == f"{START}/blob/{HEAD}/a%20b/%C3%BC%281%29.py#L12"
    assert links.commit(HEAD) == f"{START}/commit/{HEAD}"
    assert links.run == f"{START}/actions/runs/1/attempts/2"


BAD = {
    "no server": {"server_url": None},
    "a script": {"server_url": "javascript:alert(1)//"},
    "not encrypted": {"server_url": "http://evil.example"},
    "an account": {"server_url": "https://github.com@evil.example"},
    "a break": {"server_url": "https://github.com\n"},
    "no repository": {"repository": None},
    "upwards": {"repository": "../evil"},
    "deeper": {"repository": "owner/name/settings"},
    "a bracket": {"repository": "owner/name)"},
}


@pytest.mark.parametrize("wrong", BAD.values(), ids=BAD)
def test_no_links_where_the_source_tells_nonsense(wrong: dict[str, str | None]) -> None:
    links = Links(Source(**{**GOOD, **wrong, "run_url": "https://evil.example/actions/runs/1"}))
    assert (links.file("a.py", 1), links.commit(HEAD), links.run) == (None, None, None)


def test_no_link_out_of_the_repository() -> None:
    links = Links(Source(**GOOD, run_url=f"{START}/settings"))
    assert (links.file("/etc/passwd"), links.file(None), links.file(""), links.run) == (
        None,
        None,
        None,
        None,
    )
