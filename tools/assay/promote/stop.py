"""How a run is asked to stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""GitHub sends SIGINT, SIGTERM after 7.5 s, and kills after 2.5 s more
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation)."""


class Stop:
    """Counts the requests: one means "at the next safe point", two mean "now, and take back what is open".

    A plain number: a lock in a signal's handler could wait for itself.
    """

    def __init__(self) -> None:
        self.requests = 0

    @property
    def asked(self) -> bool:
        """To stop where nothing is open."""
        return self.requests > 0

    @property
    def urgent(self) -> bool:
        """To cancel what runs."""
        return self.requests > 1

    def request(self, *_: object) -> None:
        """Ask once more; a signal handler. Of what follows the second request, Python takes care itself."""
        self.requests += 1

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Count signals instead of dying of them; in the main thread."""
        before = {number: signal.signal(number, self.request) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
