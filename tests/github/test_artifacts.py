"""The artifact of a run that somebody hostile may have made."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from assay.errors import EnvironmentFailedError, UsageError
from assay.github import Repository

from .conftest import FakeClock
from .fake import Between, FakeGitHub, Fault, Seed

MEMBERS = ("review.json",)
FILES = {"review.json": b"{}"}
LIMIT = 10_000


def archive(files: dict[str, bytes] | None = None) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in (FILES if files is None else files).items():
            opened.writestr(name, content)
    return made.getvalue()


def fetch(repository: Repository, max_bytes: int = LIMIT) -> dict[str, bytes] | None:
    return repository.download_artifact(5, "review", MEMBERS, max_bytes)


def test_its_files(repository: Repository, github: FakeGitHub, seed: Seed) -> None:
    number = seed.artifact(5, "review", archive())["id"]
    assert fetch(repository) == FILES
    assert github.asked() == [
        "GET /repos/octo/reports/actions/runs/5/artifacts?name=review&per_page=100",
        f"GET /repos/octo/reports/actions/artifacts/{number}/zip",
        f"GET /_store/{number}?sig=secret",
    ]


def test_a_run_without_it(repository: Repository, seed: Seed) -> None:
    seed.artifact(6, "review", archive())
    seed.artifact(5, "coverage", archive())
    assert fetch(repository) is None


def test_of_several_attempts_the_last_counts(repository: Repository, seed: Seed) -> None:
    for number in range(3):
        seed.artifact(5, "review", archive({"review.json": b"%d" % number}))
    assert fetch(repository) == {"review.json": b"2"}


def test_one_that_has_expired(repository: Repository, seed: Seed) -> None:
    seed.artifact(5, "review", archive(), expired=True)
    with pytest.raises(EnvironmentFailedError) as caught:
        fetch(repository)
    assert caught.value.message == "The artifact of run 5 has expired."
    assert caught.value.advice == "Run that workflow again; it makes a new one."


@pytest.mark.parametrize("spare", [0, -1], ids=["just fits", "one byte too large"])
def test_the_limit_of_what_is_downloaded(repository: Repository, seed: Seed, spare: int) -> None:
    content = archive()
    seed.artifact(5, "review", content)
    if spare == 0:
        assert fetch(repository, len(content)) == FILES
        return
    with pytest.raises(EnvironmentFailedError, match=f"it is larger than {len(content) - 1} bytes"):
        fetch(repository, len(content) - 1)


def test_a_size_that_is_a_lie(repository: Repository, github: FakeGitHub, seed: Seed) -> None:
    seed.artifact(5, "review", archive({"review.json": bytes(range(256)) * 4}), size_in_bytes=1)
    with pytest.raises(EnvironmentFailedError, match="cannot be trusted: it is larger than 200 bytes"):
        fetch(repository, 200)


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1], ids=["just fits", "one byte too large"])
def test_the_limit_of_what_it_unpacks_to(repository: Repository, seed: Seed, size: int) -> None:
    files = {"review.json": b"x" * size}
    seed.artifact(5, "review", archive(files))
    if size == LIMIT:
        assert fetch(repository) == files
        return
    with pytest.raises(EnvironmentFailedError, match="it unpacks to more than is allowed"):
        fetch(repository)


def test_a_hostile_one_is_told_without_its_words(repository: Repository, seed: Seed) -> None:
    seed.artifact(5, "review", archive({"../../etc/\x1bpasswd": b"x"}))
    with pytest.raises(EnvironmentFailedError) as caught:
        fetch(repository)
    assert caught.value.message == (
        "The artifact of run 5 cannot be trusted: it holds a file that is not expected."
    )


def test_one_that_arrives_damaged_is_fetched_again(
    repository: Repository, github: FakeGitHub, seed: Seed, clock: FakeClock
) -> None:
    seed.artifact(5, "review", archive())
    github.faults.append(Fault("GET", "/_store/", 200, content=archive({"review.json": b"other"})))
    assert fetch(repository) == FILES
    assert clock.waited == [1]


def test_one_without_a_hash_is_taken(repository: Repository, seed: Seed) -> None:
    seed.artifact(5, "review", archive(), digest=None)
    assert fetch(repository) == FILES


@pytest.mark.parametrize(
    ("status", "headers"),
    [(500, {}), (403, {}), (302, {}), (0, {}), (200, {"Content-Length": "9999", "Connection": "close"})],
    ids=["500", "the address is too old", "on and on", "no answer", "half of it"],
)
def test_a_store_that_fails_is_asked_by_a_new_address(
    repository: Repository,
    github: FakeGitHub,
    seed: Seed,
    clock: FakeClock,
    status: int,
    headers: dict[str, str],
) -> None:
    number = seed.artifact(5, "review", archive())["id"]
    github.faults.append(Fault("GET", "/_store/", status, headers=headers, content=b"x"))
    assert fetch(repository) == FILES
    assert clock.waited == [1]
    address = f"GET /repos/octo/reports/actions/artifacts/{number}/zip"
    assert github.asked().count(address) == 2


def test_a_store_that_keeps_failing_is_told_without_its_address(
    repository: Repository, github: FakeGitHub, seed: Seed
) -> None:
    """Whoever has the address has the artifact."""
    seed.artifact(5, "review", archive())
    github.faults.append(Fault("GET", "/_store/", 0, times=99))
    with pytest.raises(EnvironmentFailedError) as caught:
        fetch(repository)
    assert caught.value.message == "The artifact cannot be downloaded: the connection broke."


def test_one_that_trickles_is_given_up(
    repository: Repository, github: FakeGitHub, seed: Seed, clock: FakeClock
) -> None:
    seed.artifact(5, "review", archive())
    times = iter(range(0, 10**9, 121))
    clock.now = lambda: float(next(times))  # type: ignore[method-assign]
    with pytest.raises(EnvironmentFailedError, match="it takes longer than 120 seconds"):
        fetch(repository)


def test_a_renamed_repository_is_followed(github: FakeGitHub, seed: Seed, clock: FakeClock) -> None:
    github.state.renamed["octo/old"] = "octo/reports"
    seed.artifact(5, "review", archive())
    with Repository.from_environment(github.environment("octo/old"), clock) as repository:
        assert fetch(repository) == FILES


def test_one_that_expires_meanwhile(repository: Repository, github: FakeGitHub, seed: Seed) -> None:
    artifact = seed.artifact(5, "review", archive())
    github.faults.append(Between("GET", "/zip$", lambda: artifact.update(expired=True)))
    with pytest.raises(UsageError, match=r"nothing here to download the artifact \(Artifact has expired\)"):
        fetch(repository)


def test_an_address_of_another_kind_is_not_followed(
    repository: Repository, github: FakeGitHub, seed: Seed
) -> None:
    seed.artifact(5, "review", archive())
    github.faults.append(Fault("GET", "/zip$", 302, headers={"Location": "ftp://127.0.0.1/"}))
    with pytest.raises(EnvironmentFailedError, match="does not say where the artifact can be downloaded"):
        fetch(repository)


def test_the_newest_of_our_own_branch_whatever_pull_requests_upload(
    repository: Repository, seed: Seed
) -> None:
    seed.artifact(5, "staging", archive({"review.json": b"old"}))
    seed.artifact(6, "staging", archive({"review.json": b"newest"}))
    seed.artifact(7, "staging", archive({"review.json": b"a branch"}), head_branch="change")
    seed.artifact(8, "staging", archive({"review.json": b"a fork's main"}), head_repository_id=99)
    seed.artifact(9, "staging", archive({"review.json": b"expired"}), expired=True)
    seed.artifact(9, "production", archive({"review.json": b"another"}))
    assert repository.newest_artifact("staging", "main", MEMBERS, LIMIT) == {"review.json": b"newest"}
    assert repository.newest_artifact("staging", "release", MEMBERS, LIMIT) is None


def test_the_newest_is_checked_as_any_other(repository: Repository, seed: Seed) -> None:
    seed.artifact(6, "staging", archive({"../x": b""}))
    with pytest.raises(EnvironmentFailedError, match="The artifact of run 6 cannot be trusted"):
        repository.newest_artifact("staging", "main", MEMBERS, LIMIT)
