"""The git ref that says what is new."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from difflib import get_close_matches

from assay.errors import AssayError, EnvironmentFailedError, UsageError
from assay.history.git import Git
from assay.history.objects import Objects

FROM_REF = "PRE_COMMIT_FROM_REF"
"""Where `pre-commit run --from-ref` and its pre-push hook say what was there before."""

PULL_REQUEST_BASE = "GITHUB_BASE_REF"
"""The target branch, in GitHub workflows of pull requests."""

Found = tuple[str, str]
"""A ref as people write it, and its commit."""


def find_base(
    git: Git, objects: Objects, asked: str | None, default: str | None, staged: bool
) -> Found | None:
    """The base: `asked`, `default`, else by convention; None in a repository without commits.

    Raises UsageError for a ref that does not exist, EnvironmentFailedError for one a shallow clone lacks.
    """
    if asked:
        return _must_be(git, objects, asked)
    if default and (objects.commit(default) or _has_remotes(git)):
        return _must_be(git, objects, default)
    if (before := os.environ.get(FROM_REF)) and not staged:
        return _must_be(git, objects, before)
    for ref in _conventions(git):
        if commit := objects.commit(ref):
            return ref.removeprefix("refs/remotes/").removeprefix("refs/heads/"), commit
    if git.shallow and objects.commit("HEAD"):
        raise _too_shallow(git, f"origin/{os.environ.get(PULL_REQUEST_BASE) or 'main'}")
    head = objects.commit("HEAD")
    return ("HEAD", head) if head else None


def merge_base(git: Git, head: str | None, base: Found) -> str:
    """The commit where HEAD left the base; the base itself where they share nothing."""
    ref, commit = base
    if head is None or head == commit:
        return commit
    done = git.attempt("merge-base", head, commit)
    if done.returncode == 0:
        return done.stdout.decode().split()[0]
    if git.shallow:
        raise _too_shallow(git, ref)
    return commit


def _conventions(git: Git) -> Iterator[str]:
    if target := os.environ.get(PULL_REQUEST_BASE):
        yield f"refs/remotes/origin/{target}"
    yield from (f"refs/remotes/origin/{name}" for name in ("HEAD", "main", "master"))
    current = git.branch()
    yield from (ref for ref in ("refs/heads/main", "refs/heads/master") if ref != current)


def _must_be(git: Git, objects: Objects, ref: str) -> Found:
    if commit := objects.commit(ref):
        return ref, commit
    raise _too_shallow(git, ref) if git.shallow else _unknown(git, ref)


def _has_remotes(git: Git) -> bool:
    return bool(git.run("for-each-ref", "--count=1", "refs/remotes").strip())


def _too_shallow(git: Git, ref: str) -> AssayError:
    remote, _, branch = ref.removeprefix("refs/remotes/").partition("/")
    if branch and remote in git.run("remote").decode().split():
        what = f"{remote} +refs/heads/{branch}:refs/remotes/{remote}/{branch}"
    elif re.fullmatch("[0-9a-f]{7,64}|HEAD", ref):
        what = f"origin {ref}"
    else:
        what = f"origin {ref}:{ref}"
    return EnvironmentFailedError(
        f"This clone is shallow and does not reach back to where HEAD left {ref}.",
        f"Run `git fetch --unshallow {what}` (in GitHub Actions: `fetch-depth: 0` for actions/checkout).",
    )


def _unknown(git: Git, ref: str) -> AssayError:
    known = git.run("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
    near = get_close_matches(ref, known.decode(errors="replace").split(), n=1)
    hint = f"Did you mean {near[0]}?" if near else "Fetch it first, or name another base with --base."
    return UsageError(f"There is no git ref `{ref}` in this clone.", hint)
