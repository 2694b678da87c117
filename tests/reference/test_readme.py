"""The README's manual, typed in from top to bottom, says what it says there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
EVERY_TIME = re.compile(r"INFO +\[alembic.runtime.migration\] (Context impl|Will assume|Generating static)")
NEEDS_A_CHANGE = "### Write a revision"
"""The section that begins with an edit of a model; tests/reference/test_commands.py does it."""


def _typed() -> list[tuple[str, list[str]]]:
    """Each `alembic` command of the manual, and what the README says that it prints."""
    manual = (PROJECT / "README.md").read_text("utf-8").partition("\n### Go to the newest revision\n")[2]
    manual = manual.partition("\n### The development server by hand\n")[0]
    sections = [each for each in re.split(r"^(?=### )", manual, flags=re.M) if NEEDS_A_CHANGE not in each]
    found: list[tuple[str, list[str]]] = []
    for line in "".join(sections).split("\n"):
        if line.startswith("    $ "):
            found.append((line[6:], []))
        elif line.startswith("    ") and found and not line.startswith("    FAILED"):
            found[-1][1].append(line[4:])
    return found


def _pattern(lines: list[str]) -> str:
    """A regular expression of what is printed: a line `…` stands for any lines, `…` in a line for anything."""
    parts = [".*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\s*" for line in lines]
    return "".join(parts)


def test_the_manual_is_true_from_top_to_bottom(tmp_path: Path, open_folder: Path) -> None:
    for part in ("models", "migrations"):
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "alembic.ini", tmp_path)
    environment = {**os.environ, "ASSAY_CACHE_DIR": str(open_folder / "readme")}
    environment.pop("DATABASE_URL", None)
    typed = _typed()
    assert len(typed) == 10
    for command, said in typed:
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(command)], cwd=tmp_path, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        printed = "\n".join(line for line in done.stdout.split("\n") if not EVERY_TIME.match(line))
        if "--sql" in command:
            printed = re.sub(r"^INFO .*\n", "", printed, flags=re.M)
        if not re.fullmatch(_pattern(said), printed.rstrip() + "\n", re.DOTALL):
            pytest.fail(f"$ {command}\nprinted\n{printed}\nand the README says\n" + "\n".join(said))
