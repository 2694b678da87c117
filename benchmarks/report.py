"""The results as JSON, and as the Markdown that is made from it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.model import Result, Run

HERE = Path(__file__).resolve().parent
PACKAGES = ("alembic-assay", "alembic", "sqlalchemy", "sqlfluff", "sqlfluffrs")
HEADER = ("case", "Assay: min", "median", "CPU", "other: min", "median", "CPU", "ratio")


def machine() -> dict[str, str]:
    """The facts without which no number means anything."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=HERE, capture_output=True, text=True, check=True
    )
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": commit.stdout.strip(),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "load at the start": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text("utf-8").splitlines() if facts.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def save(**parts: Any) -> None:
    """Put these parts into results.json, beside what others put there, and write README.md from all."""
    file = HERE / "results.json"
    document = {**json.loads(file.read_text("utf-8")), **parts}
    file.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    (HERE / "README.md").write_text(markdown(document), "utf-8")


def markdown(document: dict[str, Any]) -> str:
    """benchmarks/README.md, from results.json."""
    results = [_result(case) for case in document["cases"]]
    commands = [
        f"| {r.name} | {r.question} | `{r.assay_command}` | {_code(r.peer_command)} |" for r in results
    ]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Whole processes, seconds on the wall, the two sides taking turns in one run; a ratio below 1",
            "means that Assay is the faster. CPU is the processor's time of the command and of what it waits",
            "for, without the scratch server's. Written by `make bench`; results.json holds every run.",
            "",
            *table(results),
            "",
            "| case | what is asked | Assay | the other |",
            "|---|---|---|---|",
            *commands,
            "",
            "Assay renders both directions, judges the history, and reports at the lines of the .py files;",
            "the pipeline renders the upgrade and reports at the lines of the SQL. `check` and `trace` run",
            "every revision on PostgreSQL as well: up, down, and up again; from 80 on in several processes.",
            "",
            *_facts(document["machine"]),
            "",
            *(_load(document["load"]) if "load" in document else []),
        ]
    )


def _facts(machine: dict[str, str]) -> list[str]:
    return ["| machine | |", "|---|---|", *(f"| {name} | {value} |" for name, value in machine.items())]


def _load(load: dict[str, Any]) -> list[str]:
    """The section of what benchmarks/load.py measured."""
    return [
        "## Queries behind a migration",
        "",
        f"pgbench reads and writes one table, {load['rate']} times a second in {load['clients']} sessions,",
        "and a report has it open in a transaction. Then a migration adds a column to the table, and",
        f"{load['report']:g} s later the report ends. Who asks for the table while the migration waits for",
        "it waits, too: as long as `lock_timeout` with Assay, which then lets go and tries again, and until",
        "the report ends with plain Alembic. Written by `make bench-load`; each run's number, in order.",
        "",
        "| | slowest query, s | queries over 1 s | migration done after, s |",
        "|---|---|---|---|",
        *(_side(side) for side in load["sides"]),
        "",
        *_facts(load["machine"]),
        "",
    ]


def _side(side: dict[str, Any]) -> str:
    runs = side["runs"]
    slowest = ", ".join(f"{run['longest']:.2f}" for run in runs)
    over = ", ".join(f"{run['slow']} of {run['queries']:,}" for run in runs)
    took = ", ".join("-" if run["took"] is None else f"{run['took']:.1f}" for run in runs)
    name = f"{side['name']}: `{side['command']}`" if side["command"] else side["name"]
    return f"| {name} | {slowest} | {over} | {took} |"


def _result(case: dict[str, Any]) -> Result:
    sides = {side: [Run(**run) for run in case[side]] for side in ("assay", "peer")}
    return Result(**{**case, **sides})


def table(results: Sequence[Result]) -> list[str]:
    """The rows of the Markdown table of `results`, aligned for the terminal too."""
    rows = [HEADER, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return [lines[0], rule, *lines[1:]]


def _row(result: Result) -> tuple[str, ...]:
    sides = (cell for side in (result.assay, result.peer) for cell in _cells(side))
    return (result.name, *sides, f"{result.ratio:.2f}")


def _cells(side: Sequence[Run]) -> Iterator[str]:
    seconds = [run.seconds for run in side]
    yield from (f"{value:.2f}" for value in (min(seconds), median(seconds), median(run.cpu for run in side)))


def _code(command: str) -> str:
    return f"`{command}`".replace("|", "\\|")
