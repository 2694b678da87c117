"""Promotions in processes of their own, which something happens to."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from assay.promote import Job, Plan, Policy, Stop, Target, Who, apply

from tests.promote.world import QUICK, seal

SECONDS = 60.0
"""A run that takes longer hangs."""

KILLED = "killed"

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])

Deed = Callable[[str], None]
"""What is done at a place of the run, in its process; it is given the URL of the target."""


def die(_: str) -> None:
    """As `kill -9` does it."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    result: str
    """The outcome's, or `killed`."""
    message: str
    places: tuple[str, ...]
    """Those it came to."""


class Run:
    """A promotion that is under way."""

    def __init__(
        self, url: str, plan: Plan, policy: Policy = QUICK, *, at: int | str = 0, deed: Deed = die
    ) -> None:
        """`deed` is done when it first comes to the place `at`: its name or its number, from 1; with 0 never."""
        self._pipe, theirs = _processes.Pipe(duplex=False)
        self._process = _processes.Process(target=_run, args=(theirs, url, plan, policy, at, deed))
        self._process.start()
        theirs.close()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        if self._process.exitcode is None and self._process.pid is not None:
            os.kill(self._process.pid, number)

    def begun(self) -> bool:
        """Wait until it comes to its first place; whether it does."""
        return self._pipe.poll(SECONDS)

    def wait(self) -> Ended:
        """Wait for its end."""
        said: list[tuple[str, str]] = []
        try:
            while self._pipe.poll(SECONDS):
                said.append(self._pipe.recv())
        except EOFError:
            pass
        else:
            self._process.kill()
            raise AssertionError(f"A run hangs after {said[-1:]}.")
        self._process.join()
        self._pipe.close()
        self._process.close()
        places = tuple(text for kind, text in said if kind == "place")
        if said and said[-1][0] != "place":
            return Ended(*said[-1], places)
        return Ended(KILLED, "", places)


def _run(pipe: Connection, url: str, plan: Plan, policy: Policy, at: int | str, deed: Deed) -> None:
    seen: list[str] = []

    def point(place: str) -> None:
        first = place not in seen
        seen.append(place)
        pipe.send(("place", place))
        if at == len(seen) or (first and at == place):
            deed(url)

    stop = Stop()
    with stop.on_signals():
        job = Job(plan, Target("staging", lambda: url), policy, Who("chaos"), stop=stop, point=point)
        outcome = apply(job, seal(plan))
        pipe.send((outcome.result, outcome.message))
