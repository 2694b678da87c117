"""What an environment allows and how long it waits: governance.yaml's durations as seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assay.config import DURATION, Environment
from assay.errors import UsageError

UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
"""Seconds of each, spelt as PostgreSQL does."""


@dataclass(frozen=True)
class Policy:
    """All durations in seconds; 0 switches a limit off."""

    lock_timeout: float = 2.0
    """How long a statement waits for a lock, and so how long anybody else waits behind it."""
    statement_timeout: float = 3600.0
    """How long one statement takes."""
    retries: int = 10
    """How often a part is tried again after it could not have a lock, or after a deadlock."""
    lock_deadline: float = 600.0
    """How long to wait for another promotion to end."""
    max_plan_age: float = 7 * 86400.0
    """How old a plan may be."""
    replica_lag: float = 30.0
    """How far a replica may be behind when a promotion begins."""
    long_transaction: float = 60.0
    """How long a transaction may have been open that holds a lock on a table in question."""
    after: str | None = None
    """The environment that must have had the same SQL before."""
    hours: float = 0.0
    """For how many hours."""

    @classmethod
    def of(cls, environment: Environment) -> Policy:
        """What governance.yaml says of an environment."""
        return cls(
            lock_timeout=seconds(environment.lock_timeout),
            statement_timeout=seconds(environment.statement_timeout),
            retries=environment.retries,
            lock_deadline=seconds(environment.lock_deadline),
            max_plan_age=seconds(environment.max_plan_age),
            replica_lag=seconds(environment.replica_lag),
            long_transaction=seconds(environment.long_transaction),
            after=environment.after,
            hours=environment.hours,
        )


def seconds(text: str) -> float:
    """The seconds of `2s`, `500ms`, `10min`, `1h` or `7d`. Raises UsageError."""
    if re.fullmatch(DURATION, text, re.ASCII) is None:
        raise UsageError(
            f"`{text}` is no duration.", "Write a number and its unit: 500ms, 2s, 10min, 1h, 7d."
        )
    unit = text.lstrip("0123456789.")
    return float(text.removesuffix(unit)) * UNITS[unit]
