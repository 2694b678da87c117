"""The cases: one new revision, a long history, the whole reference history."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.histories import column_and_index, project
from benchmarks.model import Case, Command

ROOT = Path(__file__).resolve().parent.parent
LONG_HISTORY = 1000
TRACED = (75, 150, 300)
"""Twice as many revisions each time: what it takes should double, too."""
NEW = "One new revision ({} SQL): cold process, existing cluster"
CHECKED_IN = ("alembic.ini", "models", "migrations", ".sqlfluff")


def cases(work: Path, programs: Path) -> list[Case]:
    """Every case, on repositories made in `work`, with the console scripts of `programs`."""
    reference = reference_repository(work / "reference")
    long = long_repository(work / "long")
    assay, alembic, sqlfluff = (programs / name for name in ("assay", "alembic", "sqlfluff"))

    def pipeline(span: str) -> Command:
        lint = f"{sqlfluff} lint --dialect postgres --nofail --disable-progress-bar -"
        return Command(f"{alembic} upgrade {span} --sql | {lint}", reference)

    written, generated = Command(f"{assay} check 022", reference), Command(f"{assay} check 008", reference)
    everything, whole = Command(f"{assay} check --all", reference), pipeline("base:head")
    lint = Command(f"{assay} lint 022", reference)
    return [
        Case("lint-new", "One new revision, rendered and linted: cold process", lint, pipeline("021:022")),
        Case("new-written", NEW.format("written"), written, pipeline("021:022"), "cluster"),
        Case("new-generated", NEW.format("generated"), generated, pipeline("007:008"), "cluster"),
        Case("known-written", "The same, checked before", written, pipeline("021:022"), "warm"),
        Case("known-generated", "The same, checked before", generated, pipeline("007:008"), "warm"),
        Case("first-ever", "One new revision, no cluster yet", written, pipeline("021:022"), repeats=3),
        Case("all-new", "The whole reference history, never seen", everything, whole, "cluster"),
        Case("all-known", "The same, checked before", everything, whole, "warm"),
        *(_traced(length, work, assay, alembic) for length in TRACED),
        Case(
            "history",
            f"The soundness of {LONG_HISTORY:,} revisions",
            Command(f"{assay} history", long),
            Command(f"{alembic} heads", long),
        ),
    ]


def _traced(length: int, work: Path, assay: Path, alembic: Path) -> Case:
    """A made-up history, traced; the other side only renders it."""
    folder = work / f"traced-{length}"
    project(folder, length)
    committed(folder)
    return Case(
        f"trace-{length}",
        f"What {length} revisions of a made-up history do",
        Command(f"{assay} trace --all --format json", folder, codes=(0, 1)),
        Command(f"{alembic} upgrade head --sql", folder),
        "cluster",
        repeats=3,
    )


def reference_repository(folder: Path) -> Path:
    """The reference project as it stands, in a repository of its own."""
    folder.mkdir()
    for name in CHECKED_IN:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    return committed(folder)


def long_repository(folder: Path) -> Path:
    """A project of `LONG_HISTORY` revisions in one line, as Alembic's own template writes them."""
    project(folder, LONG_HISTORY, column_and_index)
    return committed(folder)


def committed(folder: Path) -> Path:
    """Make a repository of the folder, with all of it in one commit."""
    identity = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com")
    for command in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("commit", "--quiet", "-m", "all"),
    ):
        subprocess.run(["git", *identity, *command], cwd=folder, check=True)
    return folder
