"""What each operation does to the state, and what it answers (before the description completes it)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .state import Json, State

BODY_LIMIT = 65_536
"""Characters; shared/facts/github.md."""


@dataclass(frozen=True)
class Call:
    """A request that was let in."""

    state: State
    user: Json
    repository: str
    path: dict[str, str]
    query: dict[str, str]
    body: Json
    server: str

    @property
    def data(self) -> Json:
        """The repository's lists."""
        return self.state.repositories[self.repository]

    def url(self, path: str) -> str:
        """Of the API."""
        return f"{self.server}/repos/{self.repository}/{path}"

    def number(self, name: str) -> int:
        """A parameter of the path."""
        return int(self.path[name])


@dataclass(frozen=True)
class Reply:
    """An answer: `items` is a list to be cut into pages, `key` what GitHub wraps it in."""

    status: int
    content: Any = None
    items: list[Json] | None = None
    key: str = ""
    location: str = ""


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """An operation, and what a token must be allowed (any of them) for it."""

    handler: Handler
    permissions: tuple[str, ...]


ROUTES: dict[tuple[str, str], Route] = {}


def route(method: str, path: str, *permissions: str) -> Callable[[Handler], Handler]:
    """Put a handler where it is found; `permissions` are like `issues=write`."""

    def put(handler: Handler) -> Handler:
        ROUTES[method, f"/repos/{{owner}}/{{repo}}/{path}"] = Route(handler, permissions)
        return handler

    return put


NOT_FOUND = Reply(404, {"message": "Not Found"})


def invalid(resource: str, field: str, message: str) -> Reply:
    """A 422 as GitHub gives it."""
    error = {"resource": resource, "field": field, "code": "unprocessable", "message": message}
    return Reply(422, {"message": "Validation Failed", "errors": [error], "documentation_url": "-"})


@route("GET", "issues/{issue_number}/comments", "issues=read", "pull_requests=read")
def list_comments(call: Call) -> Reply:
    number = call.number("issue_number")
    if not _exists(call, number):
        return NOT_FOUND
    return Reply(200, items=[_comment(call, c) for c in call.data["comments"] if c["issue"] == number])


@route("POST", "issues/{issue_number}/comments", "issues=write", "pull_requests=write")
def create_comment(call: Call) -> Reply:
    number = call.number("issue_number")
    if not _exists(call, number):
        return NOT_FOUND
    if len(call.body["body"]) > BODY_LIMIT:
        return invalid("IssueComment", "body", f"body is too long (maximum is {BODY_LIMIT} characters)")
    identifier = call.state.next_id()
    comment = {"id": identifier, "issue": number, "body": call.body["body"], "user": call.user}
    call.data["comments"].append(comment)
    return Reply(201, _comment(call, comment), location=call.url(f"issues/comments/{identifier}"))


@route("PATCH", "issues/comments/{comment_id}", "issues=write", "pull_requests=write")
def update_comment(call: Call) -> Reply:
    comment = _found(call.data["comments"], "id", call.number("comment_id"))
    if comment is None:
        return NOT_FOUND
    if len(call.body["body"]) > BODY_LIMIT:
        return invalid("IssueComment", "body", f"body is too long (maximum is {BODY_LIMIT} characters)")
    comment["body"] = call.body["body"]
    return Reply(200, _comment(call, comment))


@route("DELETE", "issues/comments/{comment_id}", "issues=write", "pull_requests=write")
def delete_comment(call: Call) -> Reply:
    comment = _found(call.data["comments"], "id", call.number("comment_id"))
    if comment is None:
        return NOT_FOUND
    call.data["comments"].remove(comment)
    return Reply(204)


@route("GET", "issues", "issues=read")
def list_issues(call: Call) -> Reply:
    """Newest first, as GitHub sorts; a pull request is an issue, too."""
    state = call.query.get("state", "open")
    labels = set(filter(None, call.query.get("labels", "").split(",")))
    found = [
        _issue(call, issue)
        for issue in reversed(call.data["issues"])
        if state in ("all", issue["state"]) and labels <= set(issue["labels"])
    ]
    return Reply(200, items=found)


@route("POST", "issues", "issues=write")
def create_issue(call: Call) -> Reply:
    number = 1 + max((i["number"] for i in call.data["issues"]), default=0)
    issue = {"number": number, "body": "", "user": call.user, "state": "open", "state_reason": None}
    call.data["issues"].append({**issue, "labels": [], **call.body})
    content = _issue(call, call.data["issues"][-1])
    return Reply(201, content, location=call.url(f"issues/{number}"))


@route("PATCH", "issues/{issue_number}", "issues=write")
def update_issue(call: Call) -> Reply:
    issue = _found(call.data["issues"], "number", call.number("issue_number"))
    if issue is None:
        return NOT_FOUND
    issue.update(call.body)
    return Reply(200, _issue(call, issue))


@route("GET", "pulls", "pull_requests=read")
def list_pulls(call: Call) -> Reply:
    """`head` without a colon is not looked at, as GitHub does."""
    state, head = call.query.get("state", "open"), call.query.get("head", "")
    return Reply(
        200,
        items=[
            _pull(call, pull)
            for pull in reversed(call.data["pulls"])
            if state in ("all", pull["state"]) and (":" not in head or head == _label(pull))
        ],
    )


@route("GET", "pulls/{pull_number}", "pull_requests=read")
def get_pull(call: Call) -> Reply:
    pull = _found(call.data["pulls"], "number", call.number("pull_number"))
    return NOT_FOUND if pull is None else Reply(200, _pull(call, pull))


@route("GET", "actions/runs/{run_id}/artifacts", "actions=read")
def list_artifacts(call: Call) -> Reply:
    run, name = call.number("run_id"), call.query.get("name")
    found = [a for a in call.data["artifacts"] if a["run"] == run and name in (None, a["name"])]
    return Reply(200, items=[_artifact(call, a) for a in found], key="artifacts")


@route("GET", "actions/artifacts", "actions=read")
def list_all_artifacts(call: Call) -> Reply:
    name = call.query.get("name")
    found = [a for a in reversed(call.data["artifacts"]) if name in (None, a["name"])]
    return Reply(200, items=[_artifact(call, a) for a in found], key="artifacts")


@route("GET", "actions/artifacts/{artifact_id}/{archive_format}", "actions=read")
def download_artifact(call: Call) -> Reply:
    artifact = _found(call.data["artifacts"], "id", call.number("artifact_id"))
    if artifact is None or artifact["expired"]:
        return Reply(410, {"message": "Artifact has expired"})
    store = call.server.replace("127.0.0.1", "localhost")  # another origin, as GitHub's is
    return Reply(302, location=f"{store}/_store/{artifact['id']}?sig=secret")


def _exists(call: Call, number: int) -> bool:
    known = [*call.data["pulls"], *call.data["issues"]]
    return any(item["number"] == number for item in known)


def _found(items: list[Json], key: str, value: int) -> Json | None:
    return next((item for item in items if item[key] == value), None)


def _comment(call: Call, comment: Json) -> Json:
    url = f"https://github.com/{call.repository}/pull/{comment['issue']}#issuecomment-{comment['id']}"
    return {**{k: comment[k] for k in ("id", "body", "user")}, "html_url": url}


def _issue(call: Call, issue: Json) -> Json:
    url = f"https://github.com/{call.repository}/issues/{issue['number']}"
    return {**issue, "html_url": url, "labels": [{"name": label} for label in issue["labels"]]}


def _label(pull: Json) -> str:
    return f"{pull['head']['repository'].partition('/')[0]}:{pull['head']['ref']}"


def _pull(call: Call, pull: Json) -> Json:
    head, base = pull["head"], pull["base"]
    return {
        "number": pull["number"],
        "state": pull["state"],
        "html_url": f"https://github.com/{call.repository}/pull/{pull['number']}",
        "head": {
            "ref": head["ref"],
            "sha": head["sha"],
            "label": _label(pull),
            "repo": {"full_name": head["repository"]},
        },
        "base": {**base, "repo": {"full_name": call.repository}},
    }


def _artifact(call: Call, artifact: Json) -> Json:
    kept = ("id", "name", "size_in_bytes", "digest", "expired")
    run = {
        "id": artifact["run"],
        "head_branch": artifact.get("head_branch", "main"),
        "head_repository_id": artifact.get("head_repository_id", call.data["id"]),
        "repository_id": call.data["id"],
    }
    return {**{k: artifact[k] for k in kept}, "workflow_run": run}
