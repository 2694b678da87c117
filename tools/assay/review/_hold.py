"""What a lock that is held is: the values of `assay.review.locks`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assay.model import Direction
from assay.trace import BLOCKS_READS, BLOCKS_WRITES

Kind = Literal["rewrite", "write of every row", "index build", "scan"]
Blocks = Literal["reads and writes", "writes", "writes of the same rows", "other schema changes"]
Why = Literal["rewrite", "write of every row", "index build", "scan", "later statement", "brief", "not known"]


@dataclass(frozen=True)
class Work:
    """What one statement does with the whole of a table."""

    kind: Kind
    table: str
    statement: int
    """Its place in `RevisionDocument.statements`."""
    seconds: float | None
    """Roughly; None where the table's size is not known."""


@dataclass(frozen=True)
class Hold:
    """One lock on a relation that existed before the change, from where it is taken to where it is let go."""

    revision: str
    direction: Direction
    relation: str
    kind: str
    """`table`, `index`, `view` …"""
    table: str | None
    """The table of an index."""
    mode: str
    """As `pg_locks` spells it: `AccessExclusiveLock`."""
    first: int
    """The statement that takes it: its place in `RevisionDocument.statements`."""
    last: int
    """The last statement while it is held; `first` where no other follows in the transaction."""
    blocks: Blocks
    """What has to wait meanwhile, beside other schema changes."""
    why: Why
    """Why it lasts: what is done to the relation itself, else a `later statement` at work on another, else
    nothing (`brief`); `not known` where one of its statements could not be observed."""
    works: tuple[Work, ...]
    """All that is done while it is held, in order: on this relation and on others."""
    rows: int | None
    """How many the relation has; None where that is not known."""
    seconds: float | None
    """How long the works take together, roughly; 0 where there are none, None where a size is not known."""
    at_least: float
    """As `seconds`, of those works whose tables' sizes are known."""

    @property
    def blocks_reads(self) -> bool:
        """Whether a SELECT waits."""
        return self.mode in BLOCKS_READS

    @property
    def blocks_writes(self) -> bool:
        """Whether an INSERT, UPDATE or DELETE waits."""
        return self.mode in BLOCKS_WRITES

    @property
    def blocks_rows(self) -> bool:
        """Whether it comes with a lock on every row, for which an UPDATE or DELETE of one waits."""
        return self.blocks == "writes of the same rows"

    @property
    def reason(self) -> str:
        """`why`, as it stands behind `writes wait:`."""
        return "for how long is not known" if self.why == "not known" else self.why

    @property
    def lasts(self) -> bool:
        """Whether it may be held for longer than a moment."""
        return self.why != "brief"
