"""What the rules about effects look at: one revision, on one server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from assay.config import Limits
from assay.model import Revision, Statement
from assay.stats import Stats
from assay.trace.model import Relation, RoundTrip, Traced


class Observation(Struct, frozen=True):
    """One traced revision and what is known beside it."""

    trip: RoundTrip
    offline: tuple[Statement, ...] | None = None
    """Both directions as rendered offline; None where it cannot be rendered so."""
    failed_offline: bool = False
    """It cannot be rendered offline by a fault of its own, not for want of a connection."""
    stood_in: bool = False
    """The built-in env ran it for want of env.py: names that a naming convention gives are missing."""
    stats: Stats | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def revision(self) -> Revision:
        """The revision."""
        return self.trip.upgrade.revision

    @property
    def upgrade(self) -> tuple[Traced, ...]:
        """Its statements on the way up, in order."""
        return self.trip.upgrade.traced

    def transactions(self) -> Iterator[tuple[Traced, ...]]:
        """The statements of the upgrade, transaction by transaction."""
        numbers = dict.fromkeys(traced.transaction for traced in self.upgrade)
        for number in numbers:
            yield tuple(traced for traced in self.upgrade if traced.transaction == number)

    def at(self, traced: Traced) -> dict[str, Any]:
        """Where a finding about this statement stands: arguments of `Rule.finding`."""
        return {"revision": self.revision.id, "path": traced.statement.path, "line": traced.statement.line}

    def top(self) -> dict[str, Any]:
        """Where a finding about the whole revision stands."""
        return {"revision": self.revision.id, "path": self.revision.path, "line": self.revision.line}

    def rows(self, relation: Relation) -> int | None:
        """How many rows production has in a table, if that is known."""
        return None if self.stats is None else self.stats.rows(relation.table or relation.name)

    def is_small(self, relation: Relation) -> bool:
        """Whether the table is known to be small."""
        rows = self.rows(relation)
        return rows is not None and rows < self.limits.small_rows
