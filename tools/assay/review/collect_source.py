"""Where the change stands: the repository, the commits, the pull request, the workflow run."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from assay.errors import EnvironmentFailedError
from assay.history import Git, History, Project
from assay.review.model import Source

_REMOTES = (
    re.compile(r"https?://(?:[^@/]*@)?(?P<host>[\w.-]+(?::\d+)?)/(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?"),
    re.compile(r"ssh://(?:[^@/]*@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?"),
    re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?"),
)
"""What git calls a remote on a server of GitHub's kind; whatever account stands in it is left out."""


def source(project: Project, history: History) -> Source:
    """As git and GitHub's variables say (docs.github.com, "Variables reference")."""
    git = Git.find(project.root) if project.in_git else None
    server, repository = _repository(git)
    pull = _event().get("pull_request")
    pull = pull if isinstance(pull, dict) else {}
    run = os.environ.get("GITHUB_RUN_ID")
    base = history.base
    return Source(
        server_url=server,
        repository=repository,
        pull=pull.get("number"),
        base_ref=base.ref if base else None,
        base_commit=base.merge_base if base else None,
        head_commit=_dig(pull, "head", "sha") or (_head(git) if git else None),
        run_url=f"{server}/{repository}/actions/runs/{run}" if run and repository else None,
        uncommitted=_is_uncommitted(git, project) if git else False,
    )


def _repository(git: Git | None) -> tuple[str | None, str | None]:
    """The server's URL and `owner/name`: GitHub's word for it, else the remote's."""
    server, name = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    if server and name:
        return server.rstrip("/"), name
    remote = git.attempt("remote", "get-url", "origin").stdout.decode(errors="replace") if git else ""
    for pattern in _REMOTES:
        match = pattern.fullmatch(remote.strip())
        if match and "." in match["host"]:
            return f"https://{match['host']}", match["name"]
    return None, None


def _event() -> dict[str, Any]:
    """What started the workflow; nothing outside of one."""
    path = os.environ.get("GITHUB_EVENT_PATH")
    if not path or not Path(path).is_file():
        return {}
    try:
        event = json.loads(Path(path).read_text("utf-8"))
    except ValueError as error:
        raise EnvironmentFailedError(
            f"The event of the workflow is no JSON ({error}).",
            "Look at the file that GITHUB_EVENT_PATH names.",
        ) from error
    return event if isinstance(event, dict) else {}


def _dig(tree: Any, *keys: str) -> Any:
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _head(git: Git) -> str | None:
    done = git.attempt("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return done.stdout.decode().strip() or None


def _is_uncommitted(git: Git, project: Project) -> bool:
    """Whether a revision file differs from HEAD's."""
    folders = [folder for folder in project.version_locations if folder.is_relative_to(project.toplevel)]
    specs = [f":(top,literal){project.relative(folder)}" for folder in folders]
    return bool(specs) and bool(git.run("status", "--porcelain", "--", *specs).strip())
