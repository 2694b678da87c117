"""Time and chance, which tests replace."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone

_random = random.SystemRandom()


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Clock:
    """Where a promotion gets its time from."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds."""
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = field(default=_now)
    """UTC."""
    random: Callable[[], float] = _random.random
    """From 0 up to 1."""


FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds between tries: doubled each time, so that ten of them take some three minutes."""


def pause(attempt: int, clock: Clock) -> float:
    """Seconds to wait after the `attempt`th failure (from 1), between half and all of a doubling step.

    Chance keeps two runners from meeting again (https://aws.amazon.com/builders-library/
    timeouts-retries-and-backoff-with-jitter/).
    """
    step = min(FIRST_WAIT * 2.0 ** (attempt - 1), LONGEST_WAIT)
    return step * (0.5 + clock.random() / 2)
