"""What the fake remembers: plain JSON, so that another process can write it before and read it after."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]

BOT = {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"}
"""Whose GITHUB_TOKEN is."""
TOKEN = "ghs_the-workflow-s-own"
WRITER = {"issues": "write", "pull_requests": "write", "actions": "read", "contents": "read"}


@dataclass
class State:
    """Everything. `accounts` is by token: a user, and `permissions` as GitHub Apps have them."""

    accounts: dict[str, Json] = field(default_factory=lambda: {TOKEN: {"user": BOT, "permissions": WRITER}})
    repositories: dict[str, Json] = field(default_factory=dict)
    """By `owner/name`: lists of `pulls`, `issues`, `comments`, `artifacts`."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Old name to new name."""
    violations: list[str] = field(default_factory=list)
    """What GitHub would never have seen or given. A test fails where there is one."""
    requests: list[Json] = field(default_factory=list)
    """`method`, `path`, `query`, `body`, `status` of each, in order."""
    last_id: int = 1000
    file: Path | None = None

    def save(self) -> None:
        """Write everything to `file`, if there is one, whole."""
        if self.file:
            content = {k: v for k, v in vars(self).items() if k != "file"}
            partial = self.file.with_suffix(".partial")
            partial.write_text(json.dumps(content, indent=1), "utf-8")
            partial.replace(self.file)

    @classmethod
    def load(cls, file: Path) -> State:
        """As `save` wrote it; what is left out is as in a new one, and a new one where there is no file."""
        content = json.loads(file.read_text("utf-8")) if file.is_file() else {}
        return cls(**content, file=file)

    def next_id(self) -> int:
        """GitHub counts up."""
        self.last_id += 1
        return self.last_id

    def repository(self, name: str) -> Json:
        """The repository, made if it is new."""
        empty: Json = {"id": 42, "pulls": [], "issues": [], "comments": [], "artifacts": []}
        repository: Json = self.repositories.setdefault(name, empty)
        return repository


class Seed:
    """Fills one repository, as people would."""

    def __init__(self, state: State, name: str) -> None:
        self.state = state
        self.name = name
        self.data = state.repository(name)

    def pull(self, number: int, head: str, sha: str, *, repository: str = "", base: str = "main") -> Json:
        """A pull request from `head` of `repository`: this one, or a fork."""
        pull = {
            "number": number,
            "state": "open",
            "head": {"ref": head, "sha": sha, "repository": repository or self.name},
            "base": {"ref": base, "sha": "b" * 40},
        }
        self.data["pulls"].append(pull)
        return pull

    def comment(self, issue: int, body: str, user: Json | None = None) -> Json:
        """A comment, by ourselves unless somebody else is given."""
        number = self.state.next_id()
        comment = {"id": number, "issue": issue, "body": body, "user": user or BOT}
        self.data["comments"].append(comment)
        return comment

    def issue(self, title: str, body: str, user: Json | None = None, **more: Any) -> Json:
        """An open issue labelled "drift", by ourselves unless somebody else is given."""
        number = 1 + max((i["number"] for i in self.data["issues"]), default=0)
        issue = {"number": number, "title": title, "body": body, "user": user or BOT, "state": "open"}
        issue |= {"state_reason": None, "labels": ["drift"], **more}
        self.data["issues"].append(issue)
        return issue

    def artifact(self, run: int, name: str, content: bytes, **more: Any) -> Json:
        """An artifact of a run; `content` is the zip file."""
        artifact = {
            "id": self.state.next_id(),
            "run": run,
            "name": name,
            "content": base64.b64encode(content).decode(),
            "size_in_bytes": len(content),
            "digest": f"sha256:{hashlib.sha256(content).hexdigest()}",
            "expired": False,
            **more,
        }
        self.data["artifacts"].append(artifact)
        return artifact

    def comments(self, issue: int) -> list[str]:
        """The bodies that stand there, oldest first."""
        return [c["body"] for c in self.data["comments"] if c["issue"] == issue]
