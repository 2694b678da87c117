"""What is measured, and what a measurement says."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


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
    warm: bool = False
    """Whether Assay's cache stays from one run to the next; otherwise each run begins with an empty one."""


@dataclass
class Result:
    """The seconds that each run of a case took, in the order in which they ran."""

    name: str
    question: str
    assay_command: str
    peer_command: str
    assay: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of Assay over the median of the other: below 1, Assay is the faster."""
        return median(self.assay) / median(self.peer)
