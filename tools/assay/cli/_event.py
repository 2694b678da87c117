"""What GitHub Actions says of the run: the event's file and the variables. GitHub writes both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from assay.errors import UsageError

if TYPE_CHECKING:
    from assay.github import Run


class HeadRepository(msgspec.Struct):
    """Where the reviewed branch is."""

    full_name: str
    """`owner/name`; a fork's own."""


class ReviewRun(msgspec.Struct):
    """The finished run, `workflow_run` of the event."""

    id: int
    run_attempt: int
    event: str
    conclusion: str | None
    head_sha: str
    head_branch: str | None
    """The author's own word: hostile text."""
    head_repository: HeadRepository | None
    """None where the fork is deleted."""
    html_url: str

    @property
    def number(self) -> Run:
        """By which two results are ordered."""
        from assay.github import Run

        return Run(self.id, self.run_attempt)


class OurRepository(msgspec.Struct):
    """The repository that the workflow belongs to."""

    default_branch: str


class _Finished(msgspec.Struct):
    workflow_run: ReviewRun


class _Any(msgspec.Struct):
    repository: OurRepository


T = TypeVar("T")


def read_run(environment: Mapping[str, str]) -> ReviewRun:
    """The run that `workflow_run` tells about. UsageError outside such a workflow."""
    return _event(environment, _Finished, "a workflow on `workflow_run`").workflow_run


def default_branch(environment: Mapping[str, str]) -> str:
    """The name of our default branch. UsageError outside a workflow."""
    return _event(environment, _Any, "a workflow").repository.default_branch


def _event(environment: Mapping[str, str], kind: type[T], where: str) -> T:
    try:
        return msgspec.json.decode(Path(environment.get("GITHUB_EVENT_PATH", "")).read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            "GITHUB_EVENT_PATH does not lead to the event that this command is for.",
            f"Use it in {where}, as docs/github.md shows.",
        ) from error


def this_run(environment: Mapping[str, str]) -> Run:
    """The run that we are in."""
    from assay.github import Run

    try:
        return Run(int(environment["GITHUB_RUN_ID"]), int(environment.get("GITHUB_RUN_ATTEMPT", "1")))
    except (KeyError, ValueError) as error:
        raise UsageError(
            "GITHUB_RUN_ID is not the number of a workflow run.", "Use this command in a workflow."
        ) from error
