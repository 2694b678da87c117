"""The door: one repository on GitHub."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import TracebackType

from assay.github import _artifacts, _comments, _issues, _pulls
from assay.github._client import Client
from assay.github._marker import Run, marked
from assay.github._patience import Clock, Patience, SystemClock
from assay.github._settings import Settings, settings_from
from assay.github._settle import Posted
from assay.github._transport import Transport


class Repository:
    """A repository on GitHub, by the token of a workflow. Use it in a `with`; not for more than one thread.

    Every method raises UsageError where GitHub refuses (a missing token, permission or repository) and
    EnvironmentFailedError where GitHub cannot be reached or fails for longer than five minutes.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._client = Client(settings, Transport(), Patience(clock or SystemClock()))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], clock: Clock | None = None) -> Repository:
        """By GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL and GITHUB_SERVER_URL."""
        return cls(settings_from(environment), clock)

    def __repr__(self) -> str:
        return f"Repository({self.url!r})"

    def __enter__(self) -> Repository:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.transport.close()

    @property
    def url(self) -> str:
        """Where a person looks at it."""
        settings = self._client.settings
        return f"{settings.server_url}/{settings.repository}"

    def sticky_comment(self, pull: int, marker: str, body: str, run: Run) -> Posted:
        """Have exactly one comment of ours on the pull request say `body`, unless a later run has spoken.

        Raises:
            ValueError: a programming error: more than BODY_LIMIT characters, or an odd marker.
        """
        return _comments.post(self._client, pull, marked(marker, run, body), create=True)

    def settle_comment(self, pull: int, marker: str, body: str, run: Run) -> Posted:
        """The same, but only where there is a comment already: there is nothing to tell any more."""
        return _comments.post(self._client, pull, marked(marker, run, body), create=False)

    def pull_request(self, number: int) -> _pulls.PullRequest:
        """One pull request."""
        return _pulls.pull_request(self._client, number)

    def pull_requests_of(self, head_repository: str, branch: str, sha: str) -> _pulls.PullRequests:
        """The open pull requests from `workflow_run.head_repository.full_name`, `.head_branch`, `.head_sha`.

        Raises:
            ValueError: one of the three is empty or malformed.
        """
        return _pulls.pull_requests_of(self._client, head_repository, branch, sha)

    def open_issue(self, marker: str, title: str, body: str, labels: Sequence[str], run: Run) -> Posted:
        """Have one open issue of ours say `body`, unless somebody closed that very text as not planned.

        Raises:
            ValueError: no label, or more than BODY_LIMIT characters.
        """
        return _issues.open_issue(
            self._client, _issues.Wanted(title, marked(marker, run, body), tuple(labels))
        )

    def close_issue(self, marker: str, body: str, label: str, run: Run) -> Posted:
        """Close the issue of ours with `body` as its text; `label` is the first that it was opened with."""
        return _issues.close_issue(self._client, label, marked(marker, run, body))

    def download_artifact(
        self, run_id: int, name: str, members: Collection[str], max_bytes: int
    ) -> dict[str, bytes] | None:
        """The files of a run's artifact, checked and in memory; None where there is no such artifact."""
        return _artifacts.download_artifact(self._client, run_id, name, members, max_bytes)

    def newest_artifact(
        self, name: str, branch: str, members: Collection[str], max_bytes: int
    ) -> dict[str, bytes] | None:
        """The same of the newest that a run of our own `branch` made, whatever pull requests upload."""
        return _artifacts.newest_artifact(self._client, name, branch, members, max_bytes)
