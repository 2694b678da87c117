"""GitHub fails in every way it knows, and we neither give up early nor write twice."""

from __future__ import annotations

import pytest
from assay.errors import EnvironmentFailedError, UsageError
from assay.github import Outcome, Repository, Run

from .conftest import FakeClock
from .fake import FakeGitHub, Fault, Seed

COMMENTS = "/issues/7/comments$"
FINE = ["<!-- assay:schema-review run=1.1 -->\nFine."]
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


def post(repository: Repository) -> Outcome:
    return repository.sticky_comment(7, "schema-review", "Fine.", Run(1)).outcome


@pytest.mark.parametrize("status", [500, 502, 503, 504, 0], ids=lambda s: str(s) if s else "no answer")
def test_a_read_is_tried_again(
    github: FakeGitHub, repository: Repository, clock: FakeClock, status: int
) -> None:
    github.faults.append(Fault("GET", "/pulls/7", status, times=3))
    assert repository.pull_request(7).number == 7
    assert clock.waited == [1, 2, 4]


@pytest.mark.parametrize("after", [False, True], ids=["nothing was done", "it was done"])
@pytest.mark.parametrize("status", [500, 502, 0], ids=lambda s: str(s) if s else "no answer")
def test_a_lost_post_is_looked_for_before_another(
    github: FakeGitHub, repository: Repository, clock: FakeClock, seed: Seed, status: int, after: bool
) -> None:
    github.faults.append(Fault("POST", COMMENTS, status, after=after))
    assert post(repository) is Outcome.CREATED
    assert seed.comments(7) == FINE
    assert clock.waited == [1]
    posts = [request for request in github.asked("POST") if "graphql" not in request]
    assert len(posts) == (1 if after else 2)


@pytest.mark.parametrize("after", [False, True], ids=["nothing was done", "it was done"])
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("status", [500, 0], ids=lambda s: str(s) if s else "no answer")
def test_a_lost_change_is_looked_for_before_another(
    github: FakeGitHub, repository: Repository, seed: Seed, method: str, status: int, after: bool
) -> None:
    seed.comment(7, "<!-- assay:schema-review run=0.1 -->\nOld.")
    seed.comment(7, "<!-- assay:schema-review run=0.1 -->\nOld, twice.")
    github.faults.append(Fault(method, "/issues/comments/", status, after=after))
    post(repository)
    assert seed.comments(7) == FINE


def test_a_lost_update_does_not_overwrite_what_a_later_run_wrote_meanwhile(
    github: FakeGitHub, repository: Repository, seed: Seed, clock: FakeClock
) -> None:
    """The wait is where another run gets in."""
    comment = seed.comment(7, "<!-- assay:schema-review run=0.1 -->\nOld.")
    later = "<!-- assay:schema-review run=2.1 -->\nLater."
    github.faults.append(Fault("PATCH", "/issues/comments/", 502))
    clock.sleep = lambda seconds: comment.update(body=later)  # type: ignore[method-assign]
    assert post(repository) is Outcome.SUPERSEDED
    assert seed.comments(7) == [later]


def test_a_comment_that_no_look_shows_yet_is_not_made_twice(
    github: FakeGitHub, repository: Repository, seed: Seed
) -> None:
    empty = Fault("GET", COMMENTS, 200, content=b"[]", times=2)
    github.faults.append(empty)
    assert post(repository) is Outcome.CREATED
    assert seed.comments(7) == FINE


@pytest.mark.parametrize(
    ("status", "message", "headers", "slept"),
    [
        (429, "too much", {"Retry-After": "7"}, 7),
        (403, SECONDARY, {"Retry-After": "7"}, 7),
        (403, SECONDARY, {}, 60),
        (403, "You have triggered an abuse detection mechanism.", {}, 60),
        (429, "too much", {"Retry-After": "soon"}, 60),
        (429, "too much", {"Retry-After": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30),
        (
            403,
            "API rate limit exceeded for installation.",
            {
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": "1000000090",
                "Date": "Sun, 09 Sep 2001 01:46:40 GMT",
            },
            91,
        ),
        (403, "API rate limit exceeded.", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "x"}, 60),
        (503, "unavailable", {"Retry-After": "9"}, 9),
    ],
    ids=[
        "429", "secondary", "secondary without a header", "abuse", "an odd header", "a date",
        "primary, by GitHub's clock", "primary, odd", "503",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_limit_is_waited_for_as_long_as_github_asks(
    github: FakeGitHub, repository: Repository, clock: FakeClock, seed: Seed,
    method: str, status: int, message: str, headers: dict[str, str], slept: float,
) -> None:  # fmt: skip
    github.faults.append(Fault(method, COMMENTS, status, message, {"Date": "x", **headers}))
    assert post(repository) is Outcome.CREATED
    assert clock.waited == [slept]
    assert seed.comments(7) == FINE


def test_the_reset_is_taken_by_our_clock_where_github_tells_no_time(
    github: FakeGitHub, repository: Repository, clock: FakeClock
) -> None:
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{clock.time + 20:.0f}", "Date": "x"}
    github.faults.append(Fault("GET", "/pulls/7", 403, "API rate limit exceeded", reset))
    repository.pull_request(7)
    assert clock.waited == [21]


def test_a_limit_that_lasts_too_long_is_not_waited_for(
    github: FakeGitHub, repository: Repository, clock: FakeClock
) -> None:
    github.faults.append(Fault("GET", "/pulls/7", 429, headers={"Retry-After": "3600"}))
    with pytest.raises(EnvironmentFailedError) as caught:
        repository.pull_request(7)
    assert caught.value.message == "GitHub's rate limit for this token is used up."
    assert caught.value.advice == "Run it again after 13:00:00 UTC; Assay waits 300 seconds at most."
    assert clock.waited == []


def test_all_waits_count_together(github: FakeGitHub, repository: Repository, clock: FakeClock) -> None:
    github.faults.append(Fault("GET", "/pulls/7", 429, headers={"Retry-After": "100"}, times=9))
    with pytest.raises(EnvironmentFailedError, match="rate limit"):
        repository.pull_request(7)
    assert clock.waited == [100, 100, 100]


def test_a_limit_without_a_number_is_waited_for_longer_each_time(
    github: FakeGitHub, repository: Repository, clock: FakeClock
) -> None:
    github.faults.append(Fault("GET", "/pulls/7", 429, times=9))
    with pytest.raises(EnvironmentFailedError, match="rate limit"):
        repository.pull_request(7)
    assert clock.waited == [60, 120]


@pytest.mark.parametrize(
    ("method", "status", "message"),
    [
        ("GET", 0, "GitHub cannot be reached to read the comments of pull request 7: the connection broke."),
        ("POST", 0, "GitHub cannot be reached to comment on pull request 7: the connection broke."),
        ("GET", 502, "GitHub failed to read the comments of pull request 7: status 502 (fault)."),
        ("POST", 502, "GitHub failed to comment on pull request 7: status 502 (fault)."),
    ],
)
def test_a_failure_that_lasts_is_told(
    github: FakeGitHub, repository: Repository, clock: FakeClock, method: str, status: int, message: str
) -> None:
    github.faults.append(Fault(method, COMMENTS, status, times=99))
    with pytest.raises(EnvironmentFailedError) as caught:
        post(repository)
    assert caught.value.message == message
    assert caught.value.advice == "Run it again later; it was tried 8 times."
    assert clock.waited == [1, 2, 4, 8, 16, 32, 60]


def test_nobody_at_the_address(github: FakeGitHub, clock: FakeClock) -> None:
    environment = {**github.environment("octo/reports"), "GITHUB_API_URL": "http://127.0.0.1:1"}
    with (
        Repository.from_environment(environment, clock) as repository,
        pytest.raises(EnvironmentFailedError, match="cannot be reached"),
    ):
        repository.pull_request(7)


@pytest.mark.parametrize(
    "content", [b"<html>Please log in</html>", b"", b"[" * 100_000], ids=["a page", "nothing", "deep"]
)
def test_what_answers_is_not_github(github: FakeGitHub, repository: Repository, content: bytes) -> None:
    github.faults.append(Fault("GET", "/pulls/7", 200, content=content))
    with pytest.raises(EnvironmentFailedError, match="does not speak GitHub's API"):
        repository.pull_request(7)


@pytest.mark.parametrize("content", [b"{}", b'"x"', b"null"])
def test_a_list_that_is_none(github: FakeGitHub, repository: Repository, content: bytes) -> None:
    github.faults.append(Fault("GET", COMMENTS, 200, content=content))
    with pytest.raises(EnvironmentFailedError, match="something else than a list"):
        post(repository)


@pytest.mark.parametrize("content", [b'{"data": null}', b'{"data": {"viewer": null}}', b"[]"])
def test_nobody_says_who_we_are(
    github: FakeGitHub, repository: Repository, seed: Seed, content: bytes
) -> None:
    seed.comment(7, FINE[0])
    github.faults.append(Fault("POST", "/graphql", 200, content=content))
    with pytest.raises(UsageError, match="does not say whose token"):
        post(repository)


def test_a_question_of_graphql_is_a_read(
    github: FakeGitHub, repository: Repository, seed: Seed, clock: FakeClock
) -> None:
    seed.comment(7, FINE[0])
    github.faults.append(Fault("POST", "/graphql", 502))
    assert post(repository) is Outcome.UNCHANGED
    assert clock.waited == [1]


def test_a_renamed_repository_is_followed(github: FakeGitHub, clock: FakeClock, seed: Seed) -> None:
    """301 for a read, 307 for a write, page after page."""
    github.state.renamed["octo/old"] = "octo/reports"
    for number in range(150):
        seed.comment(7, f"{number}", {"login": "alice", "id": 3, "type": "User"})
    with Repository.from_environment(github.environment("octo/old"), clock) as repository:
        assert post(repository) is Outcome.CREATED
        repository.sticky_comment(7, "schema-review", "Bad.", Run(2))
    assert seed.comments(7)[150:] == ["<!-- assay:schema-review run=2.1 -->\nBad."]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (301, {"Location": "https://evil.example/"}),
        (307, {"Location": "http://localhost:1/"}),
        (302, {"Location": "//evil.example/x"}),
        (200, {"Link": '<https://evil.example/>; rel="next"'}),
        (200, {"Link": '<http://localhost:1/>; rel="next"'}),
    ],
)
def test_the_token_goes_to_no_other_server(
    github: FakeGitHub, repository: Repository, status: int, headers: dict[str, str]
) -> None:
    github.faults.append(Fault("GET", COMMENTS, status, headers=headers, content=b"[]"))
    with pytest.raises(UsageError, match="leads to another server, which would be given the token"):
        post(repository)


def test_a_circle_of_redirects_ends(github: FakeGitHub, repository: Repository) -> None:
    github.faults.append(
        Fault("GET", "/pulls/7", 302, headers={"Location": "/repos/octo/reports/pulls/7"}, times=9)
    )
    with pytest.raises(EnvironmentFailedError, match="round in circles"):
        repository.pull_request(7)


def test_a_list_without_end_ends(github: FakeGitHub, repository: Repository) -> None:
    link = {"Link": f'<{github.url}/repos/octo/reports/issues/7/comments>; rel="next"'}
    github.faults.append(Fault("GET", COMMENTS, 200, headers=link, content=b"[]", times=999))
    with pytest.raises(EnvironmentFailedError, match="more than 10000 items"):
        post(repository)
