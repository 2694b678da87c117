"""What a person reads when GitHub refuses, or when the environment is not set up; and what they never read."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest
from assay.errors import AssayError, UsageError
from assay.github import Repository, Run
from assay.github._settings import settings_from

from .conftest import NAME, FakeClock
from .fake import TOKEN, FakeGitHub, Fault

FORK = (
    "; a pull request from a fork has a read-only token whatever is written there, so do it in a workflow "
    "that runs on `workflow_run`."
)
CHECK = "Check GITHUB_REPOSITORY and GITHUB_API_URL, and that the job has "
WHOLE = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": NAME}


def comment(repository: Repository) -> object:
    return repository.sticky_comment(7, "schema-review", "Fine.", Run(1))


def failure(github: FakeGitHub, token: str = TOKEN, name: str = NAME) -> AssayError:
    with (
        Repository.from_environment(github.environment(name, token), FakeClock()) as repository,
        pytest.raises(AssayError) as caught,
    ):
        comment(repository)
    return caught.value


def test_an_unknown_token(github: FakeGitHub) -> None:
    error = failure(github, "ghs_unknown")
    assert isinstance(error, UsageError)
    assert error.message == "GitHub does not know the token in GITHUB_TOKEN (Bad credentials)."
    assert error.advice == "Pass a valid one: `env: GITHUB_TOKEN: ${{ github.token }}`; it ends with its job."


def test_a_token_that_may_only_read(github: FakeGitHub) -> None:
    github.state.accounts[TOKEN]["permissions"] = {"pull_requests": "read"}
    error = failure(github)
    assert isinstance(error, UsageError)
    assert error.message == (
        "GitHub does not let this token comment on pull request 7 (Resource not accessible by integration)."
    )
    assert error.advice == f"Add `pull-requests: write` under `permissions:` of the job{FORK}"


def test_a_token_that_may_not_read_artifacts(github: FakeGitHub, repository: Repository) -> None:
    github.state.accounts[TOKEN]["permissions"] = {}
    with pytest.raises(UsageError) as caught:
        repository.download_artifact(1, "review", ["a"], 10)
    assert caught.value.advice == "Add `actions: read` under `permissions:` of the job."


def test_a_token_that_may_not_write_issues(github: FakeGitHub, repository: Repository) -> None:
    github.state.accounts[TOKEN]["permissions"] = {"issues": "read"}
    with pytest.raises(UsageError, match="does not let this token open an issue labelled drift"):
        repository.open_issue("drift", "Drift", "", ["drift"], Run(1))


def test_a_repository_that_is_not_there(github: FakeGitHub) -> None:
    error = failure(github, name="octo/none")
    assert isinstance(error, UsageError)
    assert error.message == "GitHub finds nothing here to read the comments of pull request 7 (Not Found)."
    assert error.advice == f"{CHECK}`pull-requests: write`."


def test_a_pull_request_that_is_not_there(repository: Repository) -> None:
    with pytest.raises(
        UsageError, match=r"^GitHub finds nothing here to read pull request 8 \(Not Found\)\.$"
    ):
        repository.pull_request(8)


def test_a_change_that_is_never_found_is_told_as_such(github: FakeGitHub, repository: Repository) -> None:
    """As GitHub answers where a token may not know of a thing."""
    comment(repository)
    github.faults.append(Fault("PATCH", "/issues/comments/", 404, "Not Found", times=99))
    with pytest.raises(UsageError, match="finds nothing here to comment on pull request 7"):
        repository.sticky_comment(7, "schema-review", "Bad.", Run(2))
    assert len(github.asked("PATCH")) == 3


def test_issues_are_switched_off(github: FakeGitHub, repository: Repository) -> None:
    github.faults.append(Fault("GET", "/issues$", 410, "Issues are disabled for this repo"))
    with pytest.raises(UsageError, match=r"\(Issues are disabled for this repo\)"):
        repository.open_issue("drift", "Drift", "", ["drift"], Run(1))


def test_what_a_422_names_is_shown(github: FakeGitHub) -> None:
    content = (
        b'{"message": "Validation Failed", "errors": [{"resource": "IssueComment", "code": "unprocessable", '
        b'"field": "data", "message": "Body is odd."}, "x"]}'
    )
    github.faults.append(Fault("POST", "/comments$", 422, content=content))
    assert failure(github).message == (
        "GitHub refuses to comment on pull request 7: status 422 "
        "(Validation Failed data unprocessable Body is odd)."
    )


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("a\x1b[31m\u202eb", r"(a\x1b[31m\u202eb)"),
        (f"token {TOKEN} is", "(token *** is)"),
        ("see https://alice:secret@example.com/", "(see https://***@example.com/)"),
        ("x" * 999, f"({'x' * 300})"),
    ],
    ids=["steers the terminal", "echoes the token", "holds a password", "long"],
)
def test_githubs_own_message_is_shown_harmless(github: FakeGitHub, message: str, shown: str) -> None:
    github.faults.append(Fault("GET", "/comments", 418, message))
    assert failure(github).message == (
        f"GitHub refuses to read the comments of pull request 7: status 418 {shown}."
    )


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"GITHUB_TOKEN": None}, "GITHUB_TOKEN is not set, so GitHub cannot be asked for anything."),
        ({"GITHUB_TOKEN": " \n"}, "GITHUB_TOKEN is not set, so GitHub cannot be asked for anything."),
        ({"GITHUB_TOKEN": "a\nb"}, "GITHUB_TOKEN holds characters that no token has."),
        ({"GITHUB_TOKEN": "schlüssel"}, "GITHUB_TOKEN holds characters that no token has."),
        ({"GITHUB_REPOSITORY": None}, "GITHUB_REPOSITORY is '', which is no repository."),
        ({"GITHUB_REPOSITORY": "reports"}, "GITHUB_REPOSITORY is 'reports', which is no repository."),
        ({"GITHUB_REPOSITORY": "o/r/../x"}, "GITHUB_REPOSITORY is 'o/r/../x', which is no repository."),
        ({"GITHUB_REPOSITORY": "octo/.."}, "GITHUB_REPOSITORY is 'octo/..', which is no repository."),
        ({"GITHUB_REPOSITORY": "../octo"}, "GITHUB_REPOSITORY is '../octo', which is no repository."),
        ({"GITHUB_API_URL": "github.com"}, "GITHUB_API_URL is no web address."),
        ({"GITHUB_API_URL": "ftp://github.com"}, "GITHUB_API_URL is no web address."),
        ({"GITHUB_API_URL": "https://"}, "GITHUB_API_URL is no web address."),
        ({"GITHUB_API_URL": "https://h:port"}, "GITHUB_API_URL is no web address."),
        ({"GITHUB_API_URL": "https://a:b@h/"}, "GITHUB_API_URL holds more than a host and a path."),
        ({"GITHUB_API_URL": "https://h/?a=b"}, "GITHUB_API_URL holds more than a host and a path."),
        (
            {"GITHUB_API_URL": "http://github.example.com/api/v3"},
            "GITHUB_API_URL is not encrypted, and the token would be read on the way.",
        ),
        ({"GITHUB_SERVER_URL": "nowhere"}, "GITHUB_SERVER_URL is no web address."),
    ],
)
def test_an_environment_that_is_not_set_up(environment: Mapping[str, str | None], message: str) -> None:
    given = {name: value for name, value in {**WHOLE, **environment}.items() if value is not None}
    with pytest.raises(UsageError) as caught:
        settings_from(given)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("api", "rest", "graphql"),
    [
        ("", "https://api.github.com", "https://api.github.com/graphql"),
        ("https://api.octo.ghe.com/", "https://api.octo.ghe.com", "https://api.octo.ghe.com/graphql"),
        ("https://h.example/api/v3/", "https://h.example/api/v3", "https://h.example/api/graphql"),
        ("http://localhost:8080", "http://localhost:8080", "http://localhost:8080/graphql"),
    ],
    ids=["github.com", "data residency", "enterprise server", "this machine"],
)
def test_where_github_is(api: str, rest: str, graphql: str) -> None:
    settings = settings_from({**WHOLE, "GITHUB_API_URL": api})
    assert (settings.api_url, settings.graphql_url) == (rest, graphql)


def test_enterprise_server_is_spoken_to_as_it_describes_itself(clock: FakeClock) -> None:
    with FakeGitHub(enterprise=True) as github:
        seed = github.seed(NAME)
        seed.pull(7, "feature", "a" * 40)
        seed.comment(7, "<!-- assay:schema-review run=0.1 -->\nOld.")
        with Repository.from_environment(github.environment(NAME), clock) as repository:
            comment(repository)
            repository.open_issue("drift", "Drift", "It is there.", ["drift"], Run(1))
            repository.close_issue("drift", "It is gone.", "drift", Run(2))
        assert seed.comments(7) == ["<!-- assay:schema-review run=1.1 -->\nFine."]
        assert github.asked()[0] == "GET /api/v3/repos/octo/reports/issues/7/comments?per_page=100"
        assert github.asked()[1] == "POST /api/graphql"


def test_where_a_person_looks_at_it() -> None:
    environment = {**WHOLE, "GITHUB_SERVER_URL": "https://h.example/"}
    with Repository.from_environment(environment) as repository:
        assert repository.url == "https://h.example/octo/reports"


def test_the_token_is_shown_nowhere(
    github: FakeGitHub, repository: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = [repr(repository), repr(repository._client.settings)]
    github.faults.append(Fault("GET", "/comments", 0, times=99))
    with pytest.raises(AssayError) as lost:
        comment(repository)
    github.faults[:] = [Fault("GET", "/comments", 403, f"no {TOKEN}")]
    with pytest.raises(AssayError) as refused:
        comment(repository)
    for error in (lost.value, refused.value):
        shown += [*traceback.format_exception(error), repr(error), error.message, error.advice]
    assert TOKEN not in "".join([*shown, caplog.text])
    assert "GET /repos/octo/reports" in caplog.text


def test_a_password_of_netrc_does_not_take_the_tokens_place(
    github: FakeGitHub, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login alice password secret\nmachine localhost login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    github.seed(NAME).artifact(5, "review", b"")
    with Repository.from_environment(github.environment(NAME), clock) as repository:
        comment(repository)
        with pytest.raises(AssayError, match="sound zip"):
            repository.download_artifact(5, "review", [], 10)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(UsageError) as caught:
        Repository.from_environment(WHOLE)
    assert caught.value.advice == "Run `pip install 'alembic-assay[github]'`."
