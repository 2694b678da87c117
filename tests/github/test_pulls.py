"""The pull request that a finished run was about, from a fork, too."""

from __future__ import annotations

from typing import Any

import pytest
from assay.github import PullRequest, Repository
from assay.github._pulls import _read

from .fake import FakeGitHub, Seed

SHA, OLD, BASE = "a" * 40, "c" * 40, "b" * 40
PULL = PullRequest(
    number=7,
    url="https://github.com/octo/reports/pull/7",
    open=True,
    head_sha=SHA,
    head_branch="feature",
    head_repository="octo/reports",
    base_sha=BASE,
    base_branch="main",
)


def numbers(repository: Repository, head: str, branch: str, sha: str = SHA) -> tuple[list[int], list[int]]:
    found = repository.pull_requests_of(head, branch, sha)
    return [pull.number for pull in found.current], [pull.number for pull in found.moved]


def test_one_pull_request(repository: Repository) -> None:
    assert repository.pull_request(7) == PULL


def test_one_that_is_closed(repository: Repository, seed: Seed) -> None:
    seed.data["pulls"][0]["state"] = "closed"
    assert repository.pull_request(7).open is False


def test_the_branch_of_this_repository(repository: Repository, github: FakeGitHub) -> None:
    found = repository.pull_requests_of("octo/reports", "feature", SHA)
    assert (found.current, found.moved) == ((PULL,), ())
    assert github.asked() == [
        "GET /repos/octo/reports/pulls?head=octo%3Afeature&state=open&per_page=100",
    ]


def test_the_same_branch_of_a_fork_is_another(repository: Repository, seed: Seed) -> None:
    seed.pull(8, "feature", SHA, repository="mallory/reports")
    assert numbers(repository, "mallory/reports", "feature") == ([8], [])
    assert numbers(repository, "octo/reports", "feature") == ([7], [])


def test_a_fork_in_the_same_organisation_is_another(repository: Repository, seed: Seed) -> None:
    """GitHub's filter knows the owner only."""
    seed.pull(8, "feature", SHA, repository="octo/reports-fork")
    assert numbers(repository, "octo/reports-fork", "feature") == ([8], [])
    assert numbers(repository, "octo/reports", "feature") == ([7], [])


def test_a_head_that_has_moved_on(repository: Repository) -> None:
    assert numbers(repository, "octo/reports", "feature", OLD) == ([], [7])


def test_a_closed_one_is_not_found(repository: Repository, seed: Seed) -> None:
    seed.data["pulls"][0]["state"] = "closed"
    assert numbers(repository, "octo/reports", "feature") == ([], [])


def test_one_branch_into_two(repository: Repository, seed: Seed) -> None:
    seed.pull(8, "feature", SHA, base="release")
    assert numbers(repository, "octo/reports", "feature") == ([8, 7], [])


@pytest.mark.parametrize("branch", ["fix/1", "a&state=all", "a#b", "ä", "a%2Fb", "a+b", "'; --"])
def test_an_odd_branch_is_found_by_its_own_name(repository: Repository, seed: Seed, branch: str) -> None:
    seed.pull(8, branch, SHA, repository="mallory/reports")
    assert numbers(repository, "mallory/reports", branch) == ([8], [])


@pytest.mark.parametrize(
    ("head", "branch", "sha"),
    [
        ("", "feature", SHA),
        ("octo", "feature", SHA),
        ("octo/reports", "", SHA),
        ("octo/reports", "feature", "a"),
    ],
)
def test_a_filter_that_would_find_all_is_a_programming_error(
    repository: Repository, github: FakeGitHub, head: str, branch: str, sha: str
) -> None:
    with pytest.raises(ValueError, match="an empty filter finds all"):
        repository.pull_requests_of(head, branch, sha)
    assert github.asked() == []


def test_a_fork_that_is_deleted() -> None:
    """GitHub's description does not know that `head.repo` is null then, so the fake cannot say it."""
    head: dict[str, Any] = {"ref": "feature", "sha": SHA, "repo": None}
    base = {"ref": "main", "sha": BASE}
    pull = _read({"number": 8, "html_url": "", "state": "open", "head": head, "base": base})
    assert pull.head_repository is None
