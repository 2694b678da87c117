"""The fake lets nothing pass that GitHub would not take, and works as a process, too."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from assay.github import Outcome, Repository, Run

from .conftest import NAME, FakeClock
from .fake import TOKEN, FakeGitHub, Seed, State

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {
    "Accept": "application/vnd.github+json",
    "Authorization": f"Bearer {TOKEN}",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "alembic-assay/test",
}
COMMENTS = f"/repos/{NAME}/issues/7/comments"


@pytest.fixture
def odd() -> Iterator[FakeGitHub]:
    """One whose violations are looked at here."""
    fake = FakeGitHub().start()
    fake.seed(NAME).pull(7, "feature", "a" * 40)
    yield fake
    fake.stop()


@pytest.mark.parametrize(
    ("method", "path", "body", "violation"),
    [
        ("GET", "/user", None, "the fake has no GET /user"),
        ("PUT", COMMENTS, None, "the fake has no PUT"),
        ("GET", f"{COMMENTS}?per_page=x", None, "('query', 'per_page'): $: 'x' is not of type 'integer'"),
        ("GET", f"{COMMENTS}?per_pages=9", None, "has no parameter ('query', 'per_pages')"),
        ("GET", f"/repos/{NAME}/issues?state=shut", None, "'shut' is not one of ['open', 'closed', 'all']"),
        ("GET", COMMENTS, {}, "takes no body"),
        ("POST", COMMENTS, None, "body: $: None is not of type 'object'"),
        ("POST", COMMENTS, {}, "body: $: 'body' is a required property"),
        ("POST", COMMENTS, {"body": 1}, "body: $.body: 1 is not of type 'string'"),
        ("POST", COMMENTS, {"body": "a", "text": "b"}, "takes no ['text']"),
        ("POST", "/graphql", {"query": "query { viewer { id } }"}, "GraphQL"),
    ],
)
def test_a_request_that_github_would_not_take(
    odd: FakeGitHub, method: str, path: str, body: dict[str, Any] | None, violation: str
) -> None:
    answer = requests.request(method, f"{odd.url}{path}", json=body, headers=HEADERS, timeout=20)
    assert answer.status_code == 400
    (noted,) = odd.state.violations
    assert violation in noted


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_is_missing(odd: FakeGitHub, header: str) -> None:
    answer = requests.get(f"{odd.url}{COMMENTS}", headers={**HEADERS, header: "x"}, timeout=20)
    assert answer.status_code == (401 if header == "Authorization" else 400)


def test_an_answer_that_github_would_not_give(odd: FakeGitHub) -> None:
    odd.seed(NAME).comment(7, "Fine.")["id"] = "x"
    requests.get(f"{odd.url}{COMMENTS}", headers=HEADERS, timeout=20)
    (noted,) = odd.state.violations
    assert "200: $[0].id: 'x' is not of type 'integer'" in noted


def test_leaving_with_a_violation_fails_the_test() -> None:
    fake = FakeGitHub()
    with pytest.raises(AssertionError, match="the fake has no GET /user"), fake:
        requests.get(f"{fake.url}/user", headers=HEADERS, timeout=20)


def test_the_token_shown_to_the_store_is_a_violation(odd: FakeGitHub) -> None:
    number = odd.seed(NAME).artifact(5, "review", b"x")["id"]
    requests.get(f"{odd.url}/_store/{number}?sig=secret", headers=HEADERS, timeout=20)
    assert "the token was shown to the store" in odd.state.violations[0]


def test_as_a_process_it_reads_and_writes_its_state(tmp_path: Path, clock: FakeClock) -> None:
    file = tmp_path / "state.json"
    state = State(file=file)
    Seed(state, NAME).pull(7, "feature", "a" * 40)
    state.save()
    command = [sys.executable, "-m", "tests.github.fake", "--port", "0", "--state", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        environment = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": NAME, "GITHUB_API_URL": url}
        with Repository.from_environment(environment, clock) as repository:
            posted = repository.sticky_comment(7, "schema-review", "Fine.", Run(1))
        seen = json.loads(file.read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert posted.outcome is Outcome.CREATED
    assert seen["violations"] == []
    assert [r["status"] for r in seen["requests"]] == [200, 201, 200, 200]
    (comment,) = seen["repositories"][NAME]["comments"]
    assert comment["body"] == "<!-- assay:schema-review run=1.1 -->\nFine."


def test_as_a_process_it_ends_with_1_after_a_violation(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.github.fake", "--enterprise"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.endswith("/api/v3")
        requests.get(f"{url}/user", headers=HEADERS, timeout=20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 1
