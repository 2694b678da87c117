"""From a finished review to the comment on its pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assay.errors import UsageError

if TYPE_CHECKING:
    from assay.cli._event import ReviewRun
    from assay.github import Posted, PullRequest, Repository
    from assay.review import Review

MARKER = "schema-review"
REPORT = "review.json"
ARTIFACT_BYTES = 64 * 1024**2
"""The largest artifact, packed and unpacked."""

UNTOUCHED = "**This pull request no longer touches the schema.** Nothing is left to review as of {sha}."
NO_REPORT = "**There is no report for {sha}**: the review ended before it had one. [Its log]({run}) says why."
UNREADABLE = "**The report for {sha} cannot be read.** [The log]({run}) of its run says what happened."


def post(repository: Repository, run: ReviewRun, artifact: str) -> Iterator[str]:
    """Have the comment say what the run found; what was done, in sentences."""
    pulls = _pulls(repository, run)
    if not pulls:
        yield f"No open pull request has {run.head_sha} as its head (any more): nothing to say."
        return
    try:
        review = _review(repository, run, artifact)
        bodies = {pull.number: _body(review, repository, run, pull) for pull in pulls if review is not None}
    except Exception:  # a report that breaks the page must not leave yesterday's "safe to merge" standing
        for pull in pulls:
            yield _told(pull, _settle(repository, run, pull, UNREADABLE))
        raise
    for pull in pulls:
        if review is None and len(pulls) > 1:
            yield f"Pull request {pull.number} is left alone: the run does not say which one it was for."
        elif review is None:
            text = UNTOUCHED if run.conclusion == "success" else NO_REPORT
            yield _told(pull, _settle(repository, run, pull, text))
        elif _is_for(review, pull, pulls):
            yield _told(pull, _tell(repository, run, pull, bodies[pull.number]))


def _pulls(repository: Repository, run: ReviewRun) -> tuple[PullRequest, ...]:
    """Those that stand where the run found them: for one that has moved, a later run speaks."""
    if run.event != "pull_request" or run.head_repository is None or not run.head_branch:
        return ()
    return repository.pull_requests_of(run.head_repository.full_name, run.head_branch, run.head_sha).current


def _review(repository: Repository, run: ReviewRun, artifact: str) -> Review | None:
    """What the artifact says. Of its files only the JSON is read: the Markdown is written anew from it."""
    from assay.review import read
    from assay.review.formats import FILES

    files = repository.download_artifact(run.id, artifact, FILES, ARTIFACT_BYTES)
    if files is None:
        return None
    if REPORT not in files:
        raise UsageError(
            f"The artifact {artifact} holds no {REPORT}.", "Upload what `assay review --write` wrote."
        )
    return read(files[REPORT])


def _is_for(review: Review, pull: PullRequest, pulls: tuple[PullRequest, ...]) -> bool:
    """Of several pull requests of one branch it is for the one into the branch it was compared with."""
    base = (review.source.base_ref or "").removeprefix("origin/")
    meant = [each for each in pulls if each.base_branch == base]
    return pull in (meant or pulls)


def _body(review: Review, repository: Repository, run: ReviewRun, pull: PullRequest) -> str | None:
    """The comment's text; None where there is nothing to review."""
    from assay.github import BODY_LIMIT
    from assay.review import markdown

    return None if _is_empty(review) else markdown.render(_placed(review, repository, run, pull), BODY_LIMIT)


def _tell(repository: Repository, run: ReviewRun, pull: PullRequest, body: str | None) -> Posted:
    if body is None:
        return _settle(repository, run, pull, UNTOUCHED)
    return repository.sticky_comment(pull.number, MARKER, body, run.number)


def _settle(repository: Repository, run: ReviewRun, pull: PullRequest, text: str) -> Posted:
    body = text.format(sha=run.head_sha, run=run.html_url)
    return repository.settle_comment(pull.number, MARKER, body, run.number)


def _is_empty(review: Review) -> bool:
    changed = [node for node in review.history.nodes if node.state != "merged"]
    return not (changed or review.revisions or review.findings or review.schema.changes)


def _placed(review: Review, repository: Repository, run: ReviewRun, pull: PullRequest) -> Review:
    """The review with every link of its comment where GitHub says, not where the report does."""
    from msgspec.structs import replace

    server, owner, name = repository.url.rsplit("/", 2)
    source = replace(
        review.source,
        server_url=server,
        repository=f"{owner}/{name}",
        pull=pull.number,
        base_ref=pull.base_branch,
        head_commit=run.head_sha,
        run_url=run.html_url,
    )
    return replace(review, source=source)


def _told(pull: PullRequest, posted: Posted) -> str:
    where = f": {posted.url}" if posted.url else ", for there is none"
    return f"Pull request {pull.number}: the comment is {posted.outcome.value}{where}"
