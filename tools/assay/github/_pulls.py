"""Pull requests: what the comment's workflow must know of them, and how it finds the one it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.github._client import Client
from assay.github._errors import Purpose

PERMISSION = "pull-requests: read"
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_OWNER = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True)
class PullRequest:
    """A pull request. Branch names are the author's own: hostile text."""

    number: int
    url: str
    open: bool
    head_sha: str
    head_branch: str
    head_repository: str | None
    """`owner/name`, not ours for a fork; None where the fork is deleted."""
    base_sha: str
    base_branch: str


@dataclass(frozen=True)
class PullRequests:
    """The open pull requests of one branch: several when it goes into several branches."""

    current: tuple[PullRequest, ...]
    """Whose head is still the commit that was asked for."""
    moved: tuple[PullRequest, ...]
    """Whose head has moved on meanwhile: a later run tells about them."""


def pull_request(client: Client, number: int) -> PullRequest:
    """One pull request.

    Raises:
        AssayError: GitHub refuses or fails.
    """
    return _read(client.get(f"pulls/{number}", Purpose(f"read pull request {number}", PERMISSION)))


def pull_requests_of(client: Client, head_repository: str, branch: str, sha: str) -> PullRequests:
    """The open pull requests from that branch; `commits/SHA/pulls` does not know every fork's commits.

    Raises:
        ValueError: a programming error: one of the three is not what it should be.
        AssayError: GitHub refuses or fails.
    """
    if not (_OWNER.fullmatch(head_repository) and branch and _SHA.fullmatch(sha)):
        raise ValueError("owner/name, a branch and a full commit hash are needed: an empty filter finds all")
    head = f"{head_repository.partition('/')[0]}:{branch}"
    found = client.pages("pulls", Purpose("list pull requests", PERMISSION), head=head, state="open")
    pulls = [
        pull
        for pull in map(_read, found)
        if pull.head_branch == branch and (pull.head_repository or "").lower() == head_repository.lower()
    ]
    return PullRequests(
        current=tuple(pull for pull in pulls if pull.head_sha == sha),
        moved=tuple(pull for pull in pulls if pull.head_sha != sha),
    )


def _read(pull: Mapping[str, Any]) -> PullRequest:
    head, base = pull["head"], pull["base"]
    return PullRequest(
        number=pull["number"],
        url=pull["html_url"],
        open=pull["state"] == "open",
        head_sha=head["sha"],
        head_branch=head["ref"],
        head_repository=(head.get("repo") or {}).get("full_name"),
        base_sha=base["sha"],
        base_branch=base["ref"],
    )
