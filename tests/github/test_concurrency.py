"""Two runs at the same time leave one comment, and it says what the later run found."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from assay.errors import EnvironmentFailedError
from assay.github import Outcome, Posted, Repository, Run

from .conftest import NAME, FakeClock
from .fake import Between, FakeGitHub, Seed

COMMENTS = "/issues/7/comments$"


class Meeting(FakeClock):
    """Whose first pause ends when all runs have come to theirs."""

    def __init__(self, barrier: threading.Barrier) -> None:
        super().__init__()
        self.barrier = barrier

    def sleep(self, seconds: float) -> None:
        if not self.slept:
            self.barrier.wait(60)
        super().sleep(seconds)


def post(repository: Repository, run: int) -> Posted:
    return repository.sticky_comment(7, "schema-review", f"By run {run}.", Run(run))


def left(run: int) -> list[str]:
    return [f"<!-- assay:schema-review run={run}.1 -->\nBy run {run}."]


@pytest.fixture
def other(github: FakeGitHub, clock: FakeClock) -> Iterator[Repository]:
    """The other run."""
    with Repository.from_environment(github.environment(NAME), clock) as repository:
        yield repository


@pytest.mark.parametrize(("mine", "theirs"), [(1, 2), (2, 1)], ids=["mine is earlier", "mine is later"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", COMMENTS), ("POST", COMMENTS)],
    ids=["before I look", "after I have looked"],
)
def test_the_other_run_creates_its_comment(
    github: FakeGitHub, repository: Repository, other: Repository, seed: Seed,
    mine: int, theirs: int, method: str, path: str,
) -> None:  # fmt: skip
    github.faults.append(Between(method, path, lambda: post(other, theirs)))
    post(repository, mine)
    assert seed.comments(7) == left(2)


@pytest.mark.parametrize("mine", [1, 2], ids=["mine is earlier", "mine is later"])
def test_the_other_run_tidies_up_while_i_do(
    github: FakeGitHub, repository: Repository, other: Repository, seed: Seed, mine: int
) -> None:
    for run in (1, 2):
        seed.comment(7, left(run)[0])
    github.faults.append(Between("DELETE", "/issues/comments/", lambda: post(other, 3 - mine)))
    post(repository, mine)
    assert seed.comments(7) == left(2)


def test_the_comment_is_removed_under_my_hands(
    github: FakeGitHub, repository: Repository, seed: Seed
) -> None:
    comment = seed.comment(7, left(1)[0])
    github.faults.append(Between("PATCH", "/issues/comments/", lambda: seed.data["comments"].remove(comment)))
    assert post(repository, 2).outcome is Outcome.CREATED
    assert seed.comments(7) == left(2)


def test_what_others_have_removed_need_not_be_removed(
    github: FakeGitHub, repository: Repository, seed: Seed
) -> None:
    comments = [seed.comment(7, left(1)[0]) for _ in range(6)]
    remove = Between(
        "DELETE", "/issues/comments/", lambda: seed.data["comments"].remove(comments.pop(1)), times=5
    )
    github.faults.append(remove)
    assert post(repository, 1).outcome is Outcome.UPDATED
    assert seed.comments(7) == left(1)


def test_somebody_who_never_stops_writing_is_named(
    github: FakeGitHub, repository: Repository, seed: Seed
) -> None:
    comment = seed.comment(7, left(1)[0])
    change = Between("GET", COMMENTS, lambda: comment.update(body=f"{left(1)[0]} no"), times=99)
    github.faults.append(change)
    with pytest.raises(EnvironmentFailedError, match="Something else keeps changing") as caught:
        post(repository, 2)
    assert caught.value.advice == "Give the job a `concurrency:` group, and run it again."


@pytest.mark.parametrize("late", ["By run 1.", "By run 2."])
def test_an_earlier_runs_update_that_lands_last_is_written_over(
    repository: Repository, seed: Seed, clock: FakeClock, late: str
) -> None:
    """It had looked before the later run wrote; the later run's last look finds it."""
    comment = seed.comment(7, "<!-- assay:schema-review run=0.1 -->\nOld.")
    landing = iter([f"<!-- assay:schema-review run=1.1 -->\n{late}"])
    clock.sleep = lambda seconds: comment.update(body=next(landing, comment["body"]))  # type: ignore[method-assign]
    assert post(repository, 2).outcome is Outcome.UPDATED
    assert seed.comments(7)[0].endswith("\nBy run 2.")


def test_the_last_look_comes_after_a_pause(
    github: FakeGitHub, repository: Repository, clock: FakeClock
) -> None:
    post(repository, 1)
    assert [request.split()[0] for request in github.asked()] == ["GET", "POST", "GET", "GET"]
    assert clock.slept == [3]


@pytest.mark.parametrize("count", [2, 4])
def test_runs_that_all_see_nothing_leave_one_comment(github: FakeGitHub, seed: Seed, count: int) -> None:
    """Their writes overlap in any order; the pause of each is over when all of them have landed."""
    created, written = threading.Barrier(count), threading.Barrier(count)
    github.faults.append(Between("POST", COMMENTS, lambda: created.wait(60), times=count))

    def one(run: int) -> None:
        with Repository.from_environment(github.environment(NAME), Meeting(written)) as repository:
            post(repository, run)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(one, range(1, count + 1)))
    assert seed.comments(7) == left(count)
