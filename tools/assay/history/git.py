"""The git executable, read-only and with as few processes as possible (each costs about 3 ms)."""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache
from pathlib import Path

from assay.errors import EnvironmentFailedError

_PATH_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
_COMMAND = ("git", "--no-optional-locks", "-c", "core.quotePath=off", "-c", "core.fsmonitor=false")


class Git:
    """A repository as seen from a directory; the environment that git gives its hooks is honoured."""

    def __init__(self, cwd: Path) -> None:
        """Raises EnvironmentFailedError when git is missing, refuses, or `cwd` is in no repository."""
        self.cwd = cwd
        self.env = _environment(cwd)
        where = ("--show-toplevel", "--absolute-git-dir", "--is-shallow-repository", "--show-object-format")
        lines = os.fsdecode(self.run("rev-parse", *where)).splitlines()
        self.toplevel = Path(lines[0]).resolve()
        self.git_dir = Path(lines[1])
        self.shallow = lines[2] == "true"
        self.object_format = lines[3]

    @classmethod
    def find(cls, cwd: Path) -> Git | None:
        """The repository that `cwd` is in; None when it is in none (git need not be installed then).

        Asked about a folder again, it asks git nothing.
        """
        if "GIT_DIR" not in os.environ and _dot_git_above(cwd) is None:
            return None
        return _found(cwd, tuple(_environment(cwd).items()))

    def run(self, *args: str) -> bytes:
        """What `git ARGS` prints; EnvironmentFailedError with git's own words when it fails."""
        done = self.attempt(*args)
        if done.returncode:
            said = os.fsdecode(done.stderr).strip().partition("\n")[0] or f"exit code {done.returncode}"
            raise EnvironmentFailedError(
                f"`git {args[0]}` failed in {self.cwd}: {said.rstrip('.')}.",
                f"Run `git -C {self.cwd} status` to see what git needs.",
            )
        return done.stdout

    def attempt(self, *args: str) -> subprocess.CompletedProcess[bytes]:
        """`git ARGS`, whether it succeeds or not."""
        try:
            return subprocess.run(
                [*_COMMAND, *args], cwd=self.cwd, env=self.env, capture_output=True, check=False
            )
        except FileNotFoundError:
            raise missing() from None

    def popen(self, *args: str) -> subprocess.Popen[bytes]:
        """A running `git ARGS` to talk to."""
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen([*_COMMAND, *args], cwd=self.cwd, env=self.env, stdin=pipe, stdout=pipe)
        except FileNotFoundError:
            raise missing() from None

    def paths(self, *args: str) -> list[str]:
        """The NUL-separated entries that `git ARGS -z` prints."""
        return [entry for entry in os.fsdecode(self.run(*args)).split("\0") if entry]

    def merge_heads(self) -> tuple[str, ...]:
        """The commits that a merge in progress brings in."""
        try:
            return tuple((self.git_dir / "MERGE_HEAD").read_text(encoding="ascii").split())
        except FileNotFoundError:
            return ()

    def branch(self) -> str | None:
        """The full name of the current branch's ref; None on a detached HEAD."""
        return os.fsdecode(self.attempt("symbolic-ref", "--quiet", "HEAD").stdout).strip() or None


@lru_cache(maxsize=4)
def _found(cwd: Path, _environment: tuple[tuple[str, str], ...]) -> Git:
    return Git(cwd)


def missing() -> EnvironmentFailedError:
    """The git executable is not there."""
    return EnvironmentFailedError(
        "There is no `git` on the PATH, and this project is in a git repository.",
        "Install git (for example `apt-get install git`), then run the command again.",
    )


def _environment(cwd: Path) -> dict[str, str]:
    """This process's, with git's paths made absolute: git reads them relative to where it runs."""
    env = {**os.environ, "LC_ALL": "C"}
    for name in _PATH_VARIABLES:
        if value := env.get(name):
            env[name] = _absolute(value)
    # With GIT_DIR alone, git takes its working directory for the top level; hooks in worktrees set it.
    if "GIT_DIR" in env and "GIT_WORK_TREE" not in env and (top := _dot_git_above(cwd)):
        env["GIT_WORK_TREE"] = str(top)
    return env


def _absolute(value: str) -> str:
    """`value` from this process's directory, else from the nearest one above that has it."""
    here = Path.cwd()
    found = (above / value for above in (here, *here.parents) if (above / value).exists())
    return str(next(found, here / value))


def _dot_git_above(cwd: Path) -> Path | None:
    return next((above for above in (cwd, *cwd.parents) if (above / ".git").exists()), None)
