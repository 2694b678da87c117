"""What is measured, and what a measurement says."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

State = Literal["empty", "cluster", "warm"]
"""What Assay's cache holds when a run begins: nothing; a scratch cluster with the states before the
revisions, but nothing about them; everything."""


@dataclass(frozen=True)
class Command:
    """One side of a case: a shell command and where it runs."""

    shell: str
    folder: Path
    codes: tuple[int, ...] = (0,)
    """The exit codes that mean it did its work (sqlfluff ends with 1 when it has found something)."""


@dataclass(frozen=True)
class Case:
    """The same question put to Assay and to what people use otherwise."""

    name: str
    question: str
    assay: Command
    peer: Command
    cache: State = "empty"
    repeats: int | None = None
    """Runs of each side, where the usual number would take too long."""


@dataclass(frozen=True)
class Run:
    """One run of one side."""

    seconds: float
    """By the clock on the wall."""
    cpu: float
    """Of the processor, user and system: of the command and what it waits for, not of a server."""


@dataclass
class Result:
    """What each run of a case took, in the order in which they ran."""

    name: str
    question: str
    assay_command: str
    peer_command: str
    assay: list[Run] = field(default_factory=list)
    peer: list[Run] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of Assay over the median of the other: below 1, Assay is the faster."""
        return median(run.seconds for run in self.assay) / median(run.seconds for run in self.peer)
