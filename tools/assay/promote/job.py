"""What one run of `apply` is given; nothing of it changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from assay.promote.clock import Clock
from assay.promote.model import Plan, PlanRevision, Segment
from assay.promote.outcome import StoppedError
from assay.promote.policy import Policy
from assay.promote.position import Position
from assay.promote.progress import Progress, Told
from assay.promote.states import States
from assay.promote.stop import Stop
from assay.promote.target import Target

Unsure = Literal["refuse", "repeat", "skip"]
"""What to do about a statement of which nobody knows whether it ran, and that may not run twice."""

POINTS = (
    "locked",
    "set up",
    "checked",
    "fenced",
    "statement ran",
    "compared",
    "versions written",
    "ledger written",
    "committing",
    "committed",
    "started",
    "outside ran",
    "repaired",
    "verified",
)
"""The places where a test may have a run end, as a kill would end it."""


@dataclass(frozen=True)
class Who:
    """On whose behalf; stands in the ledger."""

    actor: str = ""
    run_url: str = ""


@dataclass(frozen=True)
class Job:
    """One plan for one target."""

    plan: Plan
    target: Target
    policy: Policy
    who: Who = Who()
    path: str = "PLAN"
    """Where the plan's folder is, for the command that goes on."""
    unsure: Unsure = "refuse"
    restart: bool = False
    """What the ledger says to be half done was taken back by hand."""
    told: Told = lambda _: None
    stop: Stop = field(default_factory=Stop)
    clock: Clock = field(default_factory=Clock)
    point: Callable[[str], None] = lambda _: None
    """Called at each of `POINTS`."""
    states: States = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", States(self.plan))

    def at(self, position: Position) -> tuple[PlanRevision, Segment]:
        """The revision and the segment there."""
        revision = self.plan.revisions[position.revision]
        return revision, revision.segments[position.segment]

    def application(self, what: str) -> str:
        """How a session of this run is called in `pg_stat_activity`."""
        return f"assay apply {self.plan.short} {what}"

    def tell(self, progress: Progress) -> None:
        """Tell somebody; who cannot be told stops nothing."""
        with suppress(OSError, ValueError):  # the reader went away
            self.told(progress)

    def safe_point(self) -> None:
        """A place where nothing is open. Raises StoppedError if somebody asked to stop."""
        if self.stop.asked:
            raise StoppedError("Stopped on request; what was open was taken back.", "")

    def sleep(self, seconds: float) -> None:
        """Wait, with an ear for who asks to stop."""
        until = self.clock.monotonic() + seconds
        while (left := until - self.clock.monotonic()) > 0:
            self.safe_point()
            self.clock.sleep(min(left, 0.2))
