"""The real Mermaid, of the major version that GitHub runs: a newer one may take what GitHub refuses."""

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

    def ask(self, diagrams: Sequence[str]) -> dict[str, Any]:
        """What it says of each (None, or its error), and its limits."""
        done = subprocess.run(
            ["node", "parse.mjs"],
            cwd=self.folder,
            input=json.dumps(diagrams),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer

    def refused(self, diagrams: Sequence[str]) -> list[tuple[str, str]]:
        """Error and diagram of all that do not parse."""
        said = zip(self.ask(diagrams)["said"], diagrams, strict=True)
        return [(error, diagram) for error, diagram in said if error is not None]


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
            run("npm", "ci", "--ignore-scripts", cwd=partial)
            partial.rename(folder)
        shutil.copy(SOURCE / "parse.mjs", folder)
    return Mermaid(folder)
