"""Runs workflow files as GitHub would, with `act`, on this machine and without a network.

What lies outside (other repositories' actions, GitHub's store of artifacts) is stood in for by
tests/workflows/actions and a folder, the hub.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ACT = Path(sys.prefix) / "bin/act"
STAND_INS = Path(__file__).parent / "actions"
USES = re.compile(r"uses: ((?:actions|github)/[\w-]+)(?:/[\w/-]+)?@([0-9a-f]{40})")
SECONDS = 300
"""A workflow that takes longer hangs."""

INHERITED = ("PATH", "HOME", "LANG", "ASSAY_CACHE_DIR", "PIP_CACHE_DIR", "PIP_CONFIG_FILE")
"""Of the tests' own environment; a runner has nothing else of it."""


@dataclass(frozen=True, repr=False)
class Ran:
    """What came of a workflow."""

    lines: tuple[dict[str, Any], ...]
    """What act logged."""

    @property
    def jobs(self) -> dict[str, str]:
        """`success` or `failure` by job; skipped ones are missing."""
        return {line["jobID"]: line["jobResult"] for line in self.lines if "jobResult" in line}

    @property
    def steps(self) -> dict[str, str]:
        """`success` or `failure` by step, those of composite actions included; skipped ones are missing."""
        found = {}
        for line in self.lines:
            match = re.match(r"\s*[✅❌]\s+(?:Success|Failure) - Main (.*?) \[", line["msg"], re.DOTALL)
            if match:
                found[match[1]] = line["stepResult"]
        return found

    @property
    def summary(self) -> str:
        """What stands in the job summaries; act tells it again at the end of a composite action."""
        written = [line["content"] for line in self.lines if line.get("command") == "summary"]
        return "".join(dict.fromkeys(written))

    def annotations(self, level: str) -> list[tuple[dict[str, str], str]]:
        """The properties and texts of the annotations of that level."""
        return [
            (line.get("kvPairs") or {}, line["arg"]) for line in self.lines if line.get("command") == level
        ]

    @property
    def log(self) -> str:
        """What the steps printed."""
        return "".join(line["msg"] for line in self.lines if line.get("raw_output"))

    def expect(self, **jobs: str) -> None:
        """Fail the test, with everything that act said, unless the jobs ended so."""
        if self.jobs != jobs:
            said = (line["msg"].rstrip() for line in self.lines if not line["msg"].startswith("LocalRepo"))
            pytest.fail(f"The jobs ended as {self.jobs}, not as {jobs}.\n" + "\n".join(said))


def run(
    workflow: str,
    event: str,
    payload: Mapping[str, Any],
    *,
    folder: Path,
    hub: Path,
    environment: Mapping[str, str],
    secrets: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    repositories: Mapping[str, Path] | None = None,
) -> Ran:
    """Run a workflow of `folder` (a checkout, as GitHub reads the file) for an event.

    `repositories` are further ones, by `owner/name@ref`, whose actions may be used.
    """
    (hub / "event.json").write_text(json.dumps(payload), "utf-8")
    environment = {**_runner(hub), **environment}
    command = [
        *(
            str(ACT),
            event,
            "--workflows",
            f".github/workflows/{workflow}",
            "--eventpath",
            str(hub / "event.json"),
        ),
        *("--platform", "ubuntu-latest=-self-hosted", "--action-cache-path", str(hub / "act"), "--json"),
        *("--no-cache-server", "--no-skip-checkout", "--use-new-action-cache"),
        *_options("--env", environment),
        *_options("--secret", secrets or {}),
        *_options("--var", variables or {}),
        *_options("--local-repository", {**_stand_ins(folder), **(repositories or {})}),
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        env={name: os.environ[name] for name in INHERITED if name in os.environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
    )
    lines = tuple(json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    assert any("jobResult" in line for line in lines) or not done.returncode, done.stdout + done.stderr
    return Ran(lines)


def _runner(hub: Path) -> dict[str, str]:
    """What the stand-ins read, and what makes pip build here with what is installed, asking no index."""
    return {
        "HUB": str(hub),
        "HUB_PYTHON": sys.executable,
        "HUB_PACKAGES": sysconfig.get_path("purelib"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's way to say that there is none
        "PIP_NO_COMPILE": "1",  # most modules are never imported
    }


def _stand_ins(folder: Path) -> dict[str, Path]:
    """The stand-in of every action that a workflow or action of `folder` uses."""
    files = [*(folder / ".github").rglob("*.yml")]
    used = {match for file in files for match in USES.findall(file.read_text("utf-8"))}
    return {f"{name}@{ref}": STAND_INS / name.partition("/")[2] for name, ref in used}


def _options(name: str, values: Mapping[str, object]) -> list[str]:
    return [part for key, value in values.items() for part in (name, f"{key}={value}")]
