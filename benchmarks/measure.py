"""Whole processes, timed by the clock on the wall, the two sides taking turns."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.model import Case, Command, Result, Run, State

CLUSTER = ("scratch", "states")
"""The folders of the cache that the clusters are in, and what is known of the states that they keep
(`assay.scratch.choice.scratch_cluster`, `assay.trace.inputs`)."""


def measure(cases: Sequence[Case], repeats: int, work: Path) -> Iterator[Result]:
    """Each case's result, once all its runs are done.

    One run of each side goes first, unmeasured: it fills the page cache and writes the byte code. Then the
    sides take turns, and take turns in beginning.
    """
    for case in cases:
        result = Result(case.name, case.question, shown(case.assay), shown(case.peer))
        cache = work / f"cache-{case.name}"
        cache.mkdir()
        cache.chmod(0o755)
        for side in (case.assay, case.peer):
            timed(side, cache)
        for turn in range(case.repeats or repeats):
            pairs = [(case.assay, result.assay), (case.peer, result.peer)]
            for side, runs in pairs if turn % 2 == 0 else reversed(pairs):
                runs.append(_once(side, cache, work, case.cache))
        yield result


def _once(side: Command, cache: Path, work: Path, state: State) -> Run:
    if state == "empty":
        with tempfile.TemporaryDirectory(dir=work) as empty:
            Path(empty).chmod(0o755)
            return timed(side, Path(empty))
    for room in cache.iterdir():
        if state == "cluster" and room.name not in CLUSTER:
            shutil.rmtree(room)
    return timed(side, cache)


def timed(side: Command, cache: Path) -> Run:
    """What one run takes. Raises RuntimeError, with what it said, when it fails."""
    environment = {**os.environ, "ASSAY_CACHE_DIR": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, started = _cpu(), time.perf_counter()
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", side.shell],
        cwd=side.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode not in side.codes:
        raise RuntimeError(f"{side.shell} ended with {done.returncode}:\n{done.stdout[-2000:]}")
    return Run(seconds, _cpu() - before)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def shown(side: Command) -> str:
    """The command as a reader would type it, without the folders of the programs."""
    words = side.shell.split(" ")
    return " ".join(word.rpartition("/")[2] if word.startswith("/") else word for word in words)
