"""How long to wait for GitHub, and when to stop: every wait of one client counts together."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Protocol

from assay.errors import EnvironmentFailedError
from assay.github._transport import Answer

LONGEST_WAIT = 300.0
"""Seconds that all waits of a client may add up to; a runner is paid for by the minute."""

MOST_FAILURES = 8
"""Failures that one client takes in its life; doubling from one second that is about three minutes."""

LONGEST_STEP = 60.0
"""Seconds; where doubling ends."""

SECONDARY_WAIT = 60.0
"""Seconds; GitHub: without a header "wait for at least one minute before retrying".

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""


class Clock(Protocol):
    """The time; tests have one of their own."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The real one."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Patience:
    """What is left of it. Not for more than one thread."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._waited = 0.0
        self._failures = 0

    def after_failure(self, what: str, answer: Answer | None = None) -> None:
        """Wait before another try after `what` (a sentence) went wrong.

        Raises:
            EnvironmentFailedError: it went wrong too often, or the wait would be too long.
        """
        self._failures += 1
        asked = None if answer is None else _seconds(answer.headers.get("retry-after"), self.clock.now())
        if self._failures >= MOST_FAILURES:
            raise EnvironmentFailedError(what, f"Run it again later; it was tried {MOST_FAILURES} times.")
        self._wait(what, min(2.0 ** (self._failures - 1), LONGEST_STEP) if asked is None else asked)

    def after_limit(self, answer: Answer) -> None:
        """Wait as long as GitHub's rate limit asks.

        Raises:
            EnvironmentFailedError: that is too long.
        """
        self._failures += 1
        seconds = self._limit(answer) or SECONDARY_WAIT * 2 ** (self._failures - 1)
        self._wait("GitHub's rate limit for this token is used up.", seconds)

    def _limit(self, answer: Answer) -> float | None:
        """Seconds by `retry-after`, else by `x-ratelimit-reset`, on GitHub's clock."""
        headers = answer.headers
        now = self.clock.now()
        asked = _seconds(headers.get("retry-after"), now)
        reset = headers.get("x-ratelimit-reset", "")
        if asked is not None or headers.get("x-ratelimit-remaining") != "0" or not reset.isdecimal():
            return asked
        server = _date(headers.get("date", ""))
        return max(float(reset) - (now if server is None else server), 0.0) + 1.0

    def _wait(self, what: str, seconds: float) -> None:
        if self._waited + seconds > LONGEST_WAIT:
            again = datetime.fromtimestamp(min(self.clock.now() + seconds, 4e9), timezone.utc)
            raise EnvironmentFailedError(
                what,
                f"Run it again after {again:%H:%M:%S} UTC; Assay waits {LONGEST_WAIT:.0f} seconds at most.",
            )
        self._waited += seconds
        self.clock.sleep(seconds)


def _seconds(value: str | None, now: float) -> float | None:
    """`retry-after`: seconds, or (RFC 9110) a date; None where it is neither."""
    if value is None:
        return None
    if value.isdecimal():
        return float(value[:9])
    date = _date(value)
    return None if date is None else max(date - now, 0.0)


def _date(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None
