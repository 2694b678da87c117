"""One comment of ours on a pull request, whatever else stands there."""

from __future__ import annotations

import pytest
from assay.github import BODY_LIMIT, Outcome, Posted, Repository, Run
from assay.github._comments import Comment, steps
from assay.github._marker import Marked, marked, read_marker
from assay.github._marker import Run as MarkedRun

from .fake import BOT, FakeGitHub, Seed

MALLORY = {"login": "mallory", "id": 666, "type": "User"}
URL = "https://github.com/octo/reports/pull/7#issuecomment-"
FIRST = "<!-- assay:schema-review run=1.1 -->\n"


def post(repository: Repository, body: str, run: int = 1, attempt: int = 1) -> Posted:
    return repository.sticky_comment(7, "schema-review", body, Run(run, attempt))


def test_the_first_run_creates_the_comment(repository: Repository, seed: Seed) -> None:
    assert post(repository, "Fine.") == Posted(Outcome.CREATED, f"{URL}1001")
    assert seed.comments(7) == [f"{FIRST}Fine."]


def test_a_later_run_updates_it_in_place(repository: Repository, seed: Seed) -> None:
    post(repository, "Fine.")
    assert post(repository, "Bad.", run=2) == Posted(Outcome.UPDATED, f"{URL}1001")
    assert seed.comments(7) == ["<!-- assay:schema-review run=2.1 -->\nBad."]


def test_a_later_attempt_of_the_same_run_updates_it(repository: Repository, seed: Seed) -> None:
    post(repository, "Fine.")
    assert post(repository, "Bad.", attempt=2).outcome is Outcome.UPDATED
    assert seed.comments(7) == ["<!-- assay:schema-review run=1.2 -->\nBad."]


def test_an_earlier_run_leaves_the_later_ones_text(repository: Repository, seed: Seed) -> None:
    post(repository, "New.", run=2)
    assert post(repository, "Old.") == Posted(Outcome.SUPERSEDED, f"{URL}1001")
    assert seed.comments(7) == ["<!-- assay:schema-review run=2.1 -->\nNew."]


def test_the_same_text_is_not_written_again(repository: Repository, github: FakeGitHub, seed: Seed) -> None:
    seed.comment(7, f"{FIRST}One.\r\nTwo.\r\n")
    assert post(repository, "One.\nTwo.", run=2).outcome is Outcome.UNCHANGED
    assert github.asked() == [
        "GET /repos/octo/reports/issues/7/comments?per_page=100",
        "POST /graphql",
    ]


def test_who_we_are_is_asked_only_where_a_marker_stands(
    repository: Repository, github: FakeGitHub, seed: Seed
) -> None:
    seed.comment(7, "Looks good to me.", MALLORY)
    repository.settle_comment(7, "schema-review", "Done.", Run(1))
    assert github.asked() == ["GET /repos/octo/reports/issues/7/comments?per_page=100"]


@pytest.mark.parametrize(
    ("body", "user"),
    [
        pytest.param(f"{FIRST}Approved!", MALLORY, id="the marker, copied by somebody else"),
        pytest.param(f"> {FIRST}Fine.", BOT, id="the marker, quoted by ourselves"),
        pytest.param(f"{FIRST}Fine.".replace("schema-review", "schema-review-2"), BOT, id="another marker"),
        pytest.param("Fine.", BOT, id="no marker, by ourselves"),
        pytest.param(f"{FIRST}Fine.", {**BOT, "login": "github-actions"}, id="a login that is nearly ours"),
        pytest.param(f"{FIRST}Fine.", {**BOT, "login": "other-app[bot]"}, id="another app"),
    ],
)
def test_a_comment_that_is_not_ours_is_left_alone(
    repository: Repository, seed: Seed, body: str, user: dict[str, object]
) -> None:
    seed.comment(7, body, user)
    assert post(repository, "Fine.").outcome is Outcome.CREATED
    assert seed.comments(7) == [body, f"{FIRST}Fine."]


def test_ours_is_found_on_the_third_page(repository: Repository, seed: Seed) -> None:
    for number in range(200):
        seed.comment(7, f"{number}", MALLORY)
    seed.comment(7, f"{FIRST}Fine.")
    assert post(repository, "Bad.", run=2) == Posted(Outcome.UPDATED, f"{URL}1201")
    assert len(seed.comments(7)) == 201


def test_of_several_of_ours_the_oldest_stays_with_the_latest_text(repository: Repository, seed: Seed) -> None:
    for run in (1, 3, 2):
        seed.comment(7, f"<!-- assay:schema-review run={run}.1 -->\n{run}")
    assert post(repository, "2", run=2) == Posted(Outcome.SUPERSEDED, f"{URL}1001")
    assert seed.comments(7) == ["<!-- assay:schema-review run=3.1 -->\n3"]


def test_an_apps_own_token_knows_its_comment(repository: Repository, github: FakeGitHub, seed: Seed) -> None:
    app = {"login": "schema-app[bot]", "id": 5, "type": "Bot"}
    github.state.accounts["ghs_app"] = {"user": app, "permissions": {"pull_requests": "write"}}
    seed.comment(7, f"{FIRST}Fine.", app)
    with Repository.from_environment(github.environment("octo/reports", "ghs_app")) as theirs:
        assert post(theirs, "Bad.", run=2).outcome is Outcome.UPDATED


def test_two_markers_are_two_comments(repository: Repository, seed: Seed) -> None:
    post(repository, "Fine.")
    repository.sticky_comment(7, "promotion", "Applied.", Run(1))
    assert len(seed.comments(7)) == 2


def test_settling_says_so_in_the_comment(repository: Repository, seed: Seed) -> None:
    post(repository, "Bad.")
    settled = repository.settle_comment(7, "schema-review", "No migration is touched any more.", Run(2))
    assert settled == Posted(Outcome.UPDATED, f"{URL}1001")
    assert seed.comments(7) == ["<!-- assay:schema-review run=2.1 -->\nNo migration is touched any more."]


def test_settling_where_nothing_was_said_says_nothing(repository: Repository, github: FakeGitHub) -> None:
    assert repository.settle_comment(7, "schema-review", "Done.", Run(2)) == Posted(Outcome.UNCHANGED, None)
    assert github.asked("POST", "PATCH", "DELETE") == []


def test_an_earlier_run_does_not_settle(repository: Repository, seed: Seed) -> None:
    post(repository, "Bad.", run=2)
    assert repository.settle_comment(7, "schema-review", "Done.", Run(1)).outcome is Outcome.SUPERSEDED
    assert seed.comments(7) == ["<!-- assay:schema-review run=2.1 -->\nBad."]


def test_github_takes_the_longest_body_with_the_longest_marker(repository: Repository, seed: Seed) -> None:
    run = Run(10**19 - 1, 10**9 - 1)
    repository.sticky_comment(7, "a" * 64, "x" * BODY_LIMIT, run)
    assert [len(body) for body in seed.comments(7)] == [65_536]


def test_a_longer_body_is_a_programming_error(repository: Repository, github: FakeGitHub) -> None:
    with pytest.raises(ValueError, match="cut the body where it is made"):
        post(repository, "x" * (BODY_LIMIT + 1))
    assert github.asked() == []


@pytest.mark.parametrize("name", ["", "Review", "a b", "a-->", "a" * 65, "ä"])
def test_an_odd_marker_is_a_programming_error(name: str) -> None:
    with pytest.raises(ValueError, match="a marker is"):
        marked(name, Run(1), "")


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "\n<!-- assay:x run=1.1 -->\n",
        "<!-- assay:x run=1.1 -->",
        "<!-- assay:x run=1 -->\n",
        "<!-- assay:x run=-1.1 -->\n",
        "<!-- assay:x run=\u0661.1 -->\n",
        f"<!-- assay:x run={'9' * 20}.1 -->\n",
        "<!-- assay:x run=1.1 -->t\n",
    ],
)
def test_what_is_no_marker(body: str | None) -> None:
    assert read_marker(body, "x") is None


def test_a_marker_is_read_as_it_was_written() -> None:
    written = marked("x", Run(12, 3), "a\n<!-- assay:x run=99.1 -->\nb")
    assert read_marker(str(written), "x") == written


def test_the_oldest_is_written_before_the_others_are_removed() -> None:
    """If the first write fails, nothing is lost."""
    ours = [Comment(i, Marked("x", MarkedRun(i), str(i)), "") for i in (1, 2, 3)]
    writes = steps(ours, 7, Marked("x", MarkedRun(4), "4"), create=True)
    assert [(w.method, w.path) for w in writes] == [
        ("PATCH", "issues/comments/1"),
        ("DELETE", "issues/comments/2"),
        ("DELETE", "issues/comments/3"),
    ]
