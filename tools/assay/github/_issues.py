"""The one issue of Assay's about a thing that lasts: drift of an environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assay.errors import UsageError
from assay.github._client import Client
from assay.github._errors import Purpose
from assay.github._marker import Marked, read_marker
from assay.github._settle import Outcome, Posted, Settling, Write

PERMISSION = "issues: write"


@dataclass(frozen=True)
class Issue:
    """An issue of ours."""

    number: int
    open: bool
    declined: bool
    """Closed as not planned: somebody has looked, and will not do anything about it."""
    title: str
    marked: Marked
    url: str


@dataclass(frozen=True)
class Wanted:
    """What the issue should be."""

    title: str
    marked: Marked
    labels: tuple[str, ...]
    """GitHub makes those that do not exist. The first is how the issue is found again."""

    def __post_init__(self) -> None:
        if not self.labels or any("," in label or not label for label in self.labels):
            raise ValueError("an issue is found again by its first label, and no label holds a comma")


def open_issue(client: Client, wanted: Wanted) -> Posted:
    """Have one open issue of ours say `wanted`.

    Raises:
        AssayError: GitHub refuses or fails.
    """
    settling = Settling(client)
    ours = settling.until_settled(
        lambda: list(_ours(client, wanted.labels[0], wanted.marked.name)), lambda seen: to_open(seen, wanted)
    )
    created = settling.created
    if created is not None and not any(label["name"] == wanted.labels[0] for label in created["labels"]):
        raise UsageError(
            f"GitHub opened issue {created['number']} without its label, so it cannot be found again.",
            "Let the token write issues: `permissions: issues: write`; then close that issue.",
        )
    if not ours:
        return Posted(settling.outcome, (created or {}).get("html_url"))
    if _superseded(ours, wanted.marked):
        return Posted(Outcome.SUPERSEDED, ours[0].url)
    opened = [issue for issue in ours if issue.open]
    return Posted(settling.outcome, opened[0].url) if opened else Posted(Outcome.DECLINED, _last(ours).url)


def close_issue(client: Client, label: str, marked: Marked) -> Posted:
    """Close every open issue of ours with `marked` as its last word; none: nothing to do.

    Raises:
        AssayError: GitHub refuses or fails.
    """
    settling = Settling(client)
    ours = settling.until_settled(
        lambda: list(_ours(client, label, marked.name)), lambda seen: to_close(seen, marked)
    )
    if _superseded(ours, marked) and any(issue.open for issue in ours):
        return Posted(Outcome.SUPERSEDED, ours[0].url)
    return Posted(settling.outcome, _last(ours).url if ours else None)


def to_open(ours: Sequence[Issue], wanted: Wanted) -> list[Write]:
    """What is left to do.

    An open one is updated, and a second one closed. Of closed ones the last is opened again, so that the
    story stays in one place - unless somebody closed it as not planned and it would say the same.
    """
    why = Purpose(f"open an issue labelled {wanted.labels[0]}", PERMISSION)
    content: dict[str, object] = {"title": wanted.title, "body": str(wanted.marked)}
    if not ours:
        return [Write("POST", "issues", why, {**content, "labels": list(wanted.labels)})]
    if _superseded(ours, wanted.marked):
        return []
    opened = [issue for issue in ours if issue.open]
    if not opened:
        last = _last(ours)
        if last.declined and last.marked.same_text(wanted.marked):
            return []
        again: dict[str, object] = {**content, "state": "open", "state_reason": "reopened"}
        return [Write("PATCH", f"issues/{last.number}", why, again)]
    kept, *spare = opened
    writes = [Write("PATCH", f"issues/{i.number}", why, _duplicate(kept)) for i in spare]
    if kept.title == wanted.title and kept.marked.same_text(wanted.marked):
        return writes
    return [Write("PATCH", f"issues/{kept.number}", why, content), *writes]


def to_close(ours: Sequence[Issue], marked: Marked) -> list[Write]:
    """What is left to do."""
    if _superseded(ours, marked):
        return []
    why = Purpose("close the issue that is settled", PERMISSION)
    closed: dict[str, object] = {"body": str(marked), "state": "closed", "state_reason": "completed"}
    return [Write("PATCH", f"issues/{issue.number}", why, closed) for issue in ours if issue.open]


def _duplicate(kept: Issue) -> dict[str, object]:
    """Its text no longer begins with the marker, so that it is ours no more."""
    return {"body": f"Duplicate of #{kept.number}.", "state": "closed", "state_reason": "duplicate"}


def _superseded(ours: Sequence[Issue], marked: Marked) -> bool:
    return any(issue.marked.run > marked.run for issue in ours)


def _last(ours: Sequence[Issue]) -> Issue:
    return max(ours, key=lambda issue: (issue.marked.run, issue.number))


def _ours(client: Client, label: str, name: str) -> Iterator[Issue]:
    """Those that begin with the marker and are written by ourselves, oldest first; no pull request is one."""
    why = Purpose(f"read the issues labelled {label}", PERMISSION)
    found = client.pages("issues", why, labels=label, state="all")
    for issue in sorted(found, key=lambda item: int(item["number"])):
        marked = None if "pull_request" in issue else read_marker(issue.get("body"), name)
        if marked and (issue.get("user") or {}).get("login") == client.login():
            declined = issue.get("state_reason") == "not_planned"
            is_open = issue["state"] == "open"
            yield Issue(issue["number"], is_open, declined, issue["title"], marked, issue["html_url"])
