"""Tries again what others were in the way of."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from assay.promote.clock import pause
from assay.promote.errors import RETRIED
from assay.promote.job import Job
from assay.promote.progress import Progress


def patiently(
    job: Job, action: Callable[[bool], None], tell: Callable[[str, float], None] | None = None
) -> None:
    """Run `action`, and again after 55P03 and 40P01, as often as the policy says.

    It is told whether it runs again; `tell` gets the reason and the seconds until then. Raises what `action`
    raises, of those two the last one, and StoppedError.
    """
    tell = tell or (lambda why, wait: job.tell(Progress(kind="retry", message=why, seconds=round(wait, 1))))
    for attempt in count(1):
        try:
            action(attempt > 1)
        except RETRIED as error:
            if attempt > job.policy.retries:
                raise
            wait = pause(attempt, job.clock)
            tell(job.target.reason(error), wait)
            job.sleep(wait)
        else:
            return
