"""One issue about drift: opened, updated, closed, opened again - and left alone where somebody decided."""

from __future__ import annotations

from typing import Any

import pytest
from assay.errors import UsageError
from assay.github import Outcome, Posted, Repository, Run

from .fake import Between, FakeGitHub, Fault, Seed

URL = "https://github.com/octo/reports/issues/"
ALICE = {"login": "alice", "id": 3, "type": "User"}


def body(run: int, text: str = "Drift.") -> str:
    return f"<!-- assay:drift run={run}.1 -->\n{text}"


def opened(repository: Repository, run: int, text: str = "Drift.") -> Posted:
    return repository.open_issue("drift", "Drift on staging", text, ["drift", "schema"], Run(run))


def closed(repository: Repository, run: int) -> Posted:
    return repository.close_issue("drift", "Clean.", "drift", Run(run))


def issues(seed: Seed) -> list[tuple[Any, ...]]:
    return [(i["number"], i["state"], i["state_reason"], i["body"]) for i in seed.data["issues"]]


def test_drift_opens_an_issue(repository: Repository, seed: Seed) -> None:
    assert opened(repository, 1) == Posted(Outcome.CREATED, f"{URL}1")
    assert issues(seed) == [(1, "open", None, body(1))]
    assert seed.data["issues"][0]["labels"] == ["drift", "schema"]
    assert seed.data["issues"][0]["title"] == "Drift on staging"


def test_other_drift_updates_it(repository: Repository, seed: Seed) -> None:
    opened(repository, 1)
    assert opened(repository, 2, "More.") == Posted(Outcome.UPDATED, f"{URL}1")
    assert issues(seed) == [(1, "open", None, body(2, "More."))]


def test_another_title_updates_it(repository: Repository, seed: Seed) -> None:
    seed.issue("Drift", body(1))
    assert opened(repository, 2).outcome is Outcome.UPDATED
    assert seed.data["issues"][0]["title"] == "Drift on staging"


def test_the_same_drift_writes_nothing(repository: Repository, github: FakeGitHub, seed: Seed) -> None:
    seed.issue("Drift on staging", body(1))
    assert opened(repository, 2) == Posted(Outcome.UNCHANGED, f"{URL}1")
    assert github.asked("PATCH") == []


def test_a_label_that_somebody_added_stays(repository: Repository, seed: Seed) -> None:
    seed.issue("Drift", body(1), labels=["drift", "urgent"])
    opened(repository, 2, "More.")
    assert seed.data["issues"][0]["labels"] == ["drift", "urgent"]


def test_no_drift_any_more_closes_it(repository: Repository, seed: Seed) -> None:
    opened(repository, 1)
    assert closed(repository, 2) == Posted(Outcome.UPDATED, f"{URL}1")
    assert issues(seed) == [(1, "closed", "completed", body(2, "Clean."))]


def test_no_drift_and_no_issue_is_nothing_to_do(repository: Repository, github: FakeGitHub) -> None:
    assert closed(repository, 2) == Posted(Outcome.UNCHANGED, None)
    assert github.asked("POST", "PATCH") == []


def test_one_that_is_closed_is_not_closed_again(
    repository: Repository, github: FakeGitHub, seed: Seed
) -> None:
    seed.issue("Drift", body(1), state="closed", state_reason="completed")
    assert closed(repository, 2) == Posted(Outcome.UNCHANGED, f"{URL}1")
    assert github.asked("PATCH") == []


@pytest.mark.parametrize("reason", ["completed", None], ids=["completed", "closed long ago"])
def test_drift_that_comes_back_opens_the_same_issue_again(
    repository: Repository, seed: Seed, reason: str | None
) -> None:
    seed.issue("Drift on staging", body(1), state="closed", state_reason=reason)
    assert opened(repository, 2) == Posted(Outcome.UPDATED, f"{URL}1")
    assert issues(seed) == [(1, "open", "reopened", body(2))]


def test_of_several_that_are_closed_the_last_is_opened_again(repository: Repository, seed: Seed) -> None:
    for run in (2, 3, 1):
        seed.issue("Drift", body(run), state="closed", state_reason="completed")
    assert opened(repository, 4) == Posted(Outcome.UPDATED, f"{URL}2")


def test_drift_that_somebody_declined_is_not_brought_up_again(
    repository: Repository, github: FakeGitHub, seed: Seed
) -> None:
    seed.issue("Drift on staging", body(1), state="closed", state_reason="not_planned")
    assert opened(repository, 2) == Posted(Outcome.DECLINED, f"{URL}1")
    assert github.asked("PATCH") == []


def test_other_drift_than_was_declined_is(repository: Repository, seed: Seed) -> None:
    seed.issue("Drift on staging", body(1), state="closed", state_reason="not_planned")
    assert opened(repository, 2, "More.").outcome is Outcome.UPDATED
    assert issues(seed) == [(1, "open", "reopened", body(2, "More."))]


def test_an_earlier_run_changes_nothing(repository: Repository, github: FakeGitHub, seed: Seed) -> None:
    seed.issue("Drift on staging", body(3))
    assert opened(repository, 2, "Old.") == Posted(Outcome.SUPERSEDED, f"{URL}1")
    assert closed(repository, 2) == Posted(Outcome.SUPERSEDED, f"{URL}1")
    assert github.asked("PATCH") == []


@pytest.mark.parametrize(
    "more",
    [
        {"user": ALICE},
        {"labels": ["bug"]},
        {"body": "Drift."},
        {"body": f"> {body(1)}"},
        {"body": None},
        {"pull_request": {}},
    ],
    ids=["somebody else's", "without the label", "without the marker", "quoted", "empty", "a pull request"],
)
def test_an_issue_that_is_not_ours_is_left_alone(
    repository: Repository, seed: Seed, more: dict[str, Any]
) -> None:
    issue = seed.issue("Drift", body(1))
    issue |= more
    before = dict(issue)
    assert opened(repository, 2) == Posted(Outcome.CREATED, f"{URL}2")
    assert closed(repository, 3) == Posted(Outcome.UPDATED, f"{URL}2")
    assert seed.data["issues"][0] == before


def test_ours_is_found_on_the_second_page(repository: Repository, seed: Seed) -> None:
    seed.issue("Drift on staging", body(1))
    for _ in range(120):
        seed.issue("Drift", "by hand", ALICE)
    assert opened(repository, 2) == Posted(Outcome.UNCHANGED, f"{URL}1")


def test_two_runs_leave_one_open(repository: Repository, github: FakeGitHub, seed: Seed) -> None:
    github.faults.append(Between("POST", "/issues$", lambda: seed.issue("Drift on staging", body(1))))
    opened(repository, 2)
    assert issues(seed) == [
        (1, "open", None, body(1)),
        (2, "closed", "duplicate", "Duplicate of #1."),
    ]
    assert opened(repository, 3, "More.") == Posted(Outcome.UPDATED, f"{URL}1")


def test_a_lost_post_is_looked_for_before_another(
    repository: Repository, github: FakeGitHub, seed: Seed
) -> None:
    github.faults.append(Fault("POST", "/issues$", 502, after=True))
    assert opened(repository, 1) == Posted(Outcome.CREATED, f"{URL}1")
    assert len(issues(seed)) == 1


def test_a_label_that_github_dropped_is_told(repository: Repository, github: FakeGitHub, seed: Seed) -> None:
    """As it does where the token may open issues, but may not label them: each night would open another."""
    dropped = b'{"number": 1, "labels": [], "html_url": "https://github.com/", "user": {"login": "x"}}'
    github.faults.append(Fault("POST", "/issues$", 201, content=dropped))
    with pytest.raises(UsageError, match="opened issue 1 without its label"):
        opened(repository, 1)


@pytest.mark.parametrize("labels", [[], [""], ["a,b"]])
def test_labels_that_cannot_be_searched_for(repository: Repository, labels: list[str]) -> None:
    with pytest.raises(ValueError, match="first label"):
        repository.open_issue("drift", "Drift", "", labels, Run(1))
