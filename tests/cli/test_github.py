"""`assay github`: what a workflow says, on a fake of GitHub, whatever the report holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from assay.cli import main
from assay.review import markdown, write

from tests.github.fake import FakeGitHub, Seed
from tests.review import documents

NAME, FORK = "octo/reports", "stranger/reports"
SHA = "a" * 40
RUN = 77

Capture = pytest.CaptureFixture[str]
Event = Callable[..., None]


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    monkeypatch.setattr("assay.github._settle.PAUSE", 0.0)
    with FakeGitHub() as fake:
        for name, value in {**fake.environment(NAME), "GITHUB_RUN_ID": "500"}.items():
            monkeypatch.setenv(name, value)
        yield fake


@pytest.fixture
def seed(github: FakeGitHub) -> Seed:
    return github.seed(NAME)


@pytest.fixture
def event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Event:
    """Sets what GitHub says of the finished run."""

    def say(**changes: Any) -> None:
        run = {
            "id": RUN,
            "run_attempt": 1,
            "event": "pull_request",
            "conclusion": "success",
            "head_sha": SHA,
            "head_branch": "change",
            "head_repository": {"full_name": NAME},
            "html_url": f"https://github.com/{NAME}/actions/runs/{RUN}",
        }
        file = tmp_path / "event.json"
        file.write_text(json.dumps({"workflow_run": run | changes, "repository": {"default_branch": "main"}}))
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(file))

    say()
    return say


def review(**changes: Any) -> Any:
    """A review of one finding, as a fork may send it."""
    source = {
        "server_url": "https://evil.example",
        "repository": "evil/evil",
        "pull": 1,
        "base_ref": "origin/main",
    }
    made = json.loads(write(documents.review(findings=[documents.finding("dropped-column")])))
    return made | {"source": source} | changes


def archive(**files: object) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as opened:
        for name, content in files.items():
            opened.writestr(name.replace("_", "."), json.dumps(content))
    return made.getvalue()


def test_the_comment_arrives_and_leads_where_github_says(seed: Seed, event: Event, capsys: Capture) -> None:
    seed.pull(7, "change", SHA)
    seed.artifact(RUN, "schema-review", archive(review_json=review(), review_md="never used"))
    assert main(["github", "comment"]) == 0
    (comment,) = seed.comments(7)
    assert "dropped-column" in comment
    assert f"https://github.com/{NAME}/" in comment
    assert "evil" not in comment
    assert "never used" not in comment
    assert capsys.readouterr().out.startswith("Pull request 7: the comment is created: https://github.com/")


def test_a_rerun_changes_nothing(seed: Seed, event: Event, github: FakeGitHub, capsys: Capture) -> None:
    seed.pull(7, "change", SHA)
    seed.artifact(RUN, "schema-review", archive(review_json=review()))
    assert [main(["github", "comment"]), main(["github", "comment"])] == [0, 0]
    assert len(seed.comments(7)) == 1
    assert "the comment is unchanged" in capsys.readouterr().out


def test_a_fork(seed: Seed, event: Event) -> None:
    event(head_repository={"full_name": FORK})
    seed.pull(7, "change", SHA)
    seed.pull(8, "change", SHA, repository=FORK)
    seed.artifact(RUN, "schema-review", archive(review_json=review()))
    assert main(["github", "comment"]) == 0
    assert (seed.comments(7), len(seed.comments(8))) == ([], 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"head_sha": "b" * 40},
        {"head_repository": None},
        {"head_branch": None},
        {"event": "push"},
    ],
    ids=["the head has moved", "the fork is gone", "no branch", "no pull request"],
)
def test_nobody_to_tell(seed: Seed, event: Event, capsys: Capture, changes: dict[str, Any]) -> None:
    event(**changes)
    seed.pull(7, "change", SHA)
    assert main(["github", "comment"]) == 0
    assert seed.comments(7) == []
    assert capsys.readouterr().out.startswith("No open pull request has ")


def test_of_two_pull_requests_of_one_branch_it_is_for_one(seed: Seed, event: Event) -> None:
    seed.pull(7, "change", SHA)
    seed.pull(8, "change", SHA, base="release")
    seed.artifact(RUN, "schema-review", archive(review_json=review()))
    assert main(["github", "comment"]) == 0
    assert (len(seed.comments(7)), seed.comments(8)) == (1, [])


def test_without_a_report_two_pull_requests_are_left_alone(seed: Seed, event: Event, capsys: Capture) -> None:
    seed.pull(7, "change", SHA)
    seed.pull(8, "change", SHA, base="release")
    assert main(["github", "comment"]) == 0
    assert capsys.readouterr().out.count("left alone") == 2


OLD = "<!-- assay:schema-review run=1.1 -->\nWhat an earlier run said."


@pytest.mark.parametrize(
    ("conclusion", "told"),
    [
        ("success", "**This pull request no longer touches the schema.**"),
        ("failure", f"**There is no report for {SHA}**"),
    ],
)
def test_a_run_without_a_report_settles_the_comment(
    seed: Seed, event: Event, conclusion: str, told: str
) -> None:
    event(conclusion=conclusion)
    seed.pull(7, "change", SHA)
    assert main(["github", "comment"]) == 0
    assert seed.comments(7) == [], "where there is no comment, none is made"
    seed.comment(7, OLD)
    assert main(["github", "comment"]) == 0
    assert seed.comments(7)[0].partition("\n")[2].startswith(told)


def test_a_review_of_nothing_settles_the_comment(seed: Seed, event: Event) -> None:
    seed.pull(7, "change", SHA)
    seed.comment(7, OLD)
    seed.artifact(RUN, "schema-review", archive(review_json=review(findings=[])))
    assert main(["github", "comment"]) == 0
    assert "no longer touches the schema" in seed.comments(7)[0]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"review_json": {"version": 1}}, "This is no review"),
        ({"review_json": review() | {"sizes": {"t": {"rows": 10**400, "bytes": 0}}}}, "This is no review"),
        ({"review_md": "x"}, "The artifact schema-review holds no review.json."),
        ({"run_sh": "x"}, "The artifact of run 77 cannot be trusted"),
    ],
)
def test_a_report_that_is_none_is_an_error_and_the_old_comment_says_so(
    seed: Seed, event: Event, capsys: Capture, files: dict[str, object], said: str
) -> None:
    seed.pull(7, "change", SHA)
    seed.comment(7, OLD)
    seed.artifact(RUN, "schema-review", archive(**files))
    assert main(["github", "comment"]) in (2, 3)
    assert said in capsys.readouterr().err
    assert seed.comments(7)[0].partition("\n")[2].startswith(f"**The report for {SHA} cannot be read.**")


def test_a_report_that_breaks_the_page_does_not_leave_the_old_comment_standing(
    seed: Seed, event: Event, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def broken(*_: object) -> str:
        raise OverflowError("integer division result too large for a float")

    monkeypatch.setattr(markdown, "render", broken)
    seed.pull(7, "change", SHA)
    seed.comment(7, OLD)
    seed.artifact(RUN, "schema-review", archive(review_json=review()))
    assert main(["github", "comment"]) == 4
    assert "OverflowError" in capsys.readouterr().err
    assert seed.comments(7)[0].partition("\n")[2].startswith(f"**The report for {SHA} cannot be read.**")


@pytest.mark.usefixtures("github")
def test_outside_a_workflow(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    assert main(["github", "comment"]) == 2
    assert capsys.readouterr().err.startswith("assay: GITHUB_EVENT_PATH does not lead to the event")
    monkeypatch.delenv("GITHUB_TOKEN")
    assert main(["github", "comment"]) == 2
    assert capsys.readouterr().err.startswith("assay: GITHUB_TOKEN is not set")


def drift(tmp_path: Path, **states: str) -> str:
    """A report of these environments."""
    environments = [
        {
            "environment": name,
            "state": state,
            "revisions": ["a1"],
            "changes": ["+ table notes"] * (state == "drifted"),
        }
        for name, state in states.items()
    ]
    file = tmp_path / "drift.json"
    file.write_text(json.dumps({"version": 1, "environments": environments}))
    return str(file)


def test_the_issue_comes_and_goes(
    seed: Seed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    first = drift(tmp_path, staging="drifted", production="clean")
    assert main(["github", "drift-issue", first]) == 0
    (issue,) = seed.data["issues"]
    assert (issue["title"], issue["state"]) == ("Schema drift: staging", "open")
    was = dict(issue)
    monkeypatch.setenv("GITHUB_RUN_ID", "501")
    assert main(["github", "drift-issue", first]) == 0
    assert issue == was, "another night with the same drift is nothing new"
    issue.update(state="closed", state_reason="not_planned")
    assert main(["github", "drift-issue", first]) == 0
    assert issue["state"] == "closed", "somebody has looked, and wants it so"
    assert re.findall(r"The issue is (\w+)", capsys.readouterr().out) == ["created", "unchanged", "declined"]
    assert main(["github", "drift-issue", drift(tmp_path, staging="drifted", production="drifted")]) == 0
    assert issue["title"] == "Schema drift: staging, production"
    monkeypatch.setenv("GITHUB_RUN_ID", "502")
    assert main(["github", "drift-issue", drift(tmp_path, staging="clean", production="unknown")]) == 0
    assert issue["state"] == "open", "what could not be compared may drift still"
    assert main(["github", "drift-issue", drift(tmp_path, staging="clean", production="clean")]) == 0
    assert issue["state"] == "closed"
    assert len(seed.data["issues"]) == 1


def test_a_report_of_drift_that_is_none(seed: Seed, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "x.json").write_text("[]")
    assert main(["github", "drift-issue", str(tmp_path / "x.json")]) == 2
    assert "is not what it should be" in capsys.readouterr().err


def test_what_was_read_of_an_environment_is_fetched(
    seed: Seed, event: Event, tmp_path: Path, capsys: Capture
) -> None:
    assert main(["github", "environment", "staging", "--save", str(tmp_path / "read")]) == 3
    assert "No run on main has kept what it read of staging." in capsys.readouterr().err
    seed.artifact(5, "environment-staging", archive(staging_json={}, staging_sql=""))
    seed.artifact(6, "environment-staging", archive(run_sh=""), head_branch="change")
    assert main(["github", "environment", "staging", "--save", str(tmp_path / "read")]) == 0
    assert {file.name for file in (tmp_path / "read").iterdir()} == {"staging.json", "staging.sql"}
