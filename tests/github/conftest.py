"""A GitHub of one's own for each test, and a clock that does not wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from assay.github import Repository
from assay.github._settle import PAUSE

from .fake import FakeGitHub, Seed

NAME = "octo/reports"


class FakeClock:
    """Time passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1_795_348_800.0  # 2026-11-22 12:00:00 UTC
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    @property
    def waited(self) -> list[float]:
        """What was slept because of failures, not before the last look after a write."""
        return [seconds for seconds in self.slept if seconds != PAUSE]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    """With one repository, which has the pull request 7."""
    with FakeGitHub() as fake:
        fake.seed(NAME).pull(7, "feature", "a" * 40)
        yield fake


@pytest.fixture
def seed(github: FakeGitHub) -> Seed:
    return github.seed(NAME)


@pytest.fixture
def repository(github: FakeGitHub, clock: FakeClock) -> Iterator[Repository]:
    with Repository.from_environment(github.environment(NAME), clock) as repository:
        yield repository
