"""The one comment of Assay's on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assay.github._client import Client
from assay.github._errors import Purpose
from assay.github._marker import Marked, read_marker
from assay.github._settle import Outcome, Posted, Settling, Write

PERMISSION = "pull-requests: write"


@dataclass(frozen=True)
class Comment:
    """A comment of ours."""

    id: int
    marked: Marked
    url: str


def post(client: Client, pull: int, wanted: Marked, *, create: bool) -> Posted:
    """Have exactly one comment of ours say `wanted`; without `create`, only where there is one.

    Raises:
        AssayError: GitHub refuses or fails.
    """
    settling = Settling(client)
    ours = settling.until_settled(
        lambda: list(_ours(client, pull, wanted.name)),
        lambda seen: steps(seen, pull, wanted, create=create),
    )
    if ours and ours[0].marked.run > wanted.run and not ours[0].marked.same_text(wanted):
        return Posted(Outcome.SUPERSEDED, ours[0].url)
    url = ours[0].url if ours else (settling.created or {}).get("html_url")
    return Posted(settling.outcome, url)


def steps(ours: Sequence[Comment], pull: int, wanted: Marked, *, create: bool) -> list[Write]:
    """What is left to do: the oldest comment stays and gets the latest run's text, the others go.

    Text that stands there already is not written again, though an earlier run wrote it.
    """
    why = Purpose(f"comment on pull request {pull}", PERMISSION)
    if not ours:
        return [Write("POST", f"issues/{pull}/comments", why, {"body": str(wanted)})] if create else []
    kept, *spare = ours
    latest = max((comment.marked for comment in ours), key=lambda found: found.run)
    right = latest if latest.run > wanted.run else wanted
    writes = [Write("DELETE", f"issues/comments/{comment.id}", why) for comment in spare]
    if kept.marked.same_text(right):
        return writes
    return [Write("PATCH", f"issues/comments/{kept.id}", why, {"body": str(right)}), *writes]


def _ours(client: Client, pull: int, name: str) -> Iterator[Comment]:
    """Those that begin with the marker and are by ourselves (anybody can copy a marker), oldest first."""
    found = client.pages(
        f"issues/{pull}/comments", Purpose(f"read the comments of pull request {pull}", PERMISSION)
    )
    for comment in sorted(found, key=lambda item: int(item["id"])):
        marked = read_marker(comment.get("body"), name)
        if marked and (comment.get("user") or {}).get("login") == client.login():
            yield Comment(comment["id"], marked, comment["html_url"])
