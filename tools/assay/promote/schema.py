"""The live schema, as the working session sees it, and whether it is the one that the plan says."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from assay.catalog import IGNORED_SCHEMAS, IGNORED_TABLES, Catalog, Follower, diff, read_catalog
from assay.promote.job import Job
from assay.promote.model import Plan
from assay.promote.outcome import PromotionError, RefusedError
from assay.promote.position import Position
from assay.promote.sessions import Sessions

if TYPE_CHECKING:
    from psycopg2.extensions import connection

E = TypeVar("E", bound=PromotionError)

LINES = 200
"""The most of a difference that is told."""


class Schema:
    """Of one target."""

    def __init__(self, job: Job, opened: Sessions) -> None:
        self._job = job
        self._sessions = opened

    def live(self) -> Catalog:
        """As it is now."""
        return live_catalog(self._sessions.work, self._job.plan)

    def following(self, live: Catalog) -> Follower:
        """What tells it again, quickly, as the open transaction changes it from `live` on."""
        follower = Follower(self._sessions.work, **_left_out(self._job.plan))
        follower.start(live)
        return follower

    def require(self, before: Position, message: str, advice: str) -> Catalog:
        """The live schema. Raises RefusedError, with the difference, if it is not that before a segment."""
        live = self.live()
        require_same(
            self._job.states.before(before.revision, before.segment), live, RefusedError, message, advice
        )
        return live


def require_same(expected: Catalog, live: Catalog, kind: type[E], message: str, advice: str) -> None:
    """Raises `kind`, with the difference as its detail, where the two are not the same."""
    if live.fingerprint != expected.fingerprint:
        raise kind(message, advice, difference(expected, live))


def difference(expected: Catalog, live: Catalog) -> tuple[str, ...]:
    """What has to happen to the expected schema to become the live one, line by line."""
    lines = str(diff(expected, live)).split("\n")
    more = len(lines) - LINES
    return (*lines[:LINES], *([f"… and {more} lines more"] if more > 0 else []))


def live_catalog(session: connection, plan: Plan) -> Catalog:
    """The schema that a session sees, without what the plan's fingerprints leave out."""
    return read_catalog(session, **_left_out(plan)).without_privileges()


def _left_out(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {
        "ignored_tables": (*IGNORED_TABLES, plan.version_table.name, *plan.scope.ignored_tables),
        "ignored_schemas": (*IGNORED_SCHEMAS, *plan.scope.ignored_schemas),
    }
