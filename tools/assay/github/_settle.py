"""Brings what stands on GitHub to what should stand there, whoever else writes meanwhile.

Look, decide, write, look again, until there is nothing left to write. A write that may have been lost is
no special case: the next look tells. GitHub has no "update only if unchanged", so an earlier run's update
that is on its way while a later run writes can land last; after a write there is a pause, and the look
that counts comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from assay.errors import AssayError, EnvironmentFailedError
from assay.github._client import Client, LookAgainError
from assay.github._errors import NotFoundError, Purpose

PAUSE = 3.0
"""Seconds after a write until the last look: ten times as long as a request is usually on its way."""

ROUNDS = 16
"""Looks; one failure less than MOST_FAILURES and some competitors fit in."""

MOST_MISSING = 3
"""Updates of what is not there (any more); by then it is GitHub's way to say that we may not."""

T = TypeVar("T")


class Outcome(Enum):
    """What came of it."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    """It stood there already, or there was nothing to close."""
    SUPERSEDED = "superseded"
    """A later run's result stands there and stays."""
    DECLINED = "declined"
    """Somebody closed the issue as not planned, and nothing has changed since."""


class Posted(NamedTuple):
    """What came of it, and where it stands (None: nowhere)."""

    outcome: Outcome
    url: str | None


@dataclass(frozen=True)
class Write:
    """One change to make."""

    method: str
    path: str
    purpose: Purpose
    body: dict[str, object] | None = None


class Settling:
    """What has been done so far."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.tried: set[str] = set()
        """The methods of the writes so far."""
        self.created: dict[str, Any] | None = None
        """GitHub's answer to the one POST that it carried out; no second one, though no look shows it."""

    def until_settled(
        self, look: Callable[[], Sequence[T]], decide: Callable[[Sequence[T]], Sequence[Write]]
    ) -> Sequence[T]:
        """Write until `decide` asks for nothing; what the last look saw.

        Raises:
            AssayError: GitHub refuses or fails, or somebody else never stops writing.
        """
        missing: list[AssayError] = []
        calm = True
        for _ in range(ROUNDS):
            seen = look()
            writes = [w for w in decide(seen) if w.method != "POST" or self.created is None]
            if not writes and calm:
                return seen
            if not writes:
                self.client.patience.clock.sleep(PAUSE)
            calm = not writes
            missing += self._all(writes)
            if len(missing) >= MOST_MISSING:
                raise missing[-1]
        raise EnvironmentFailedError(
            "Something else keeps changing what Assay writes on GitHub.",
            "Give the job a `concurrency:` group, and run it again.",
        )

    def _all(self, writes: Sequence[Write]) -> list[AssayError]:
        """Write until one is uncertain; what is gone was perhaps removed by another run just now."""
        with suppress(LookAgainError):
            for write in writes:
                self.tried.add(write.method)
                try:
                    answer = self.client.write(write.method, write.path, write.purpose, write.body)
                except NotFoundError as error:
                    if write.method == "POST":
                        raise
                    if write.method == "PATCH":
                        return [error]
                if write.method == "POST":
                    self._created(answer)
        return []

    def _created(self, answer: dict[str, Any]) -> None:
        self.created = answer
        self.client.written_by((answer.get("user") or {}).get("login"))

    @property
    def outcome(self) -> Outcome:
        """By what had to be tried."""
        if "POST" in self.tried:
            return Outcome.CREATED
        return Outcome.UPDATED if self.tried & {"PATCH", "DELETE"} else Outcome.UNCHANGED
