"""The real Mermaid, in the versions that GitHub and GitHub Enterprise Server may run."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.frame.support import ROOT, run

SOURCE = ROOT / "tests/review/node"


@dataclass(frozen=True)
class Mermaid:
    """Parses diagrams, all of one call in one process."""

    folder: Path

    def ask(self, diagrams: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What each version says."""
        done = subprocess.run(
            ["node", "parse.mjs"],
            cwd=self.folder,
            input=json.dumps(diagrams),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answers = json.loads(done.stdout)
        assert isinstance(answers, dict)
        return answers

    def refused(self, diagrams: Sequence[str]) -> list[tuple[str, str, str]]:
        """Version, error and diagram of all that do not parse."""
        return [
            (version, error, diagrams[n])
            for version, answer in self.ask(diagrams).items()
            for n, error in enumerate(answer["said"])
            if error is not None
        ]


def installed(cache: Path) -> Mermaid:
    """The packages of tests/review/node below `cache`, where they stay until the lock file changes."""
    if shutil.which("npm") is None:
        pytest.skip(
            "npm is not installed, so the real Mermaid (an npm package) could not parse the diagrams."
        )
    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = cache / sha256(lock).hexdigest()[:16]
    with (cache / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not folder.exists():
            partial = cache / "partial"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(SOURCE, partial, ignore=shutil.ignore_patterns("node_modules"))
            run("npm", "ci", cwd=partial)
            partial.rename(folder)
        shutil.copy(SOURCE / "parse.mjs", folder)
    return Mermaid(folder)
