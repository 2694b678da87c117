"""A progress bar for people, on stderr, only where there is something to wait for."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0
"""Seconds of work before a bar appears."""


@contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[], None]]:
    """Yields the function to call after each of `total` steps.

    The bar appears only on a terminal, only once a second has passed, and leaves nothing behind.
    """
    bar = _Bar(total, label)
    try:
        yield bar.step
    finally:
        if bar.shown is not None:
            bar.shown.stop()


class _Bar:
    def __init__(self, total: int, label: str) -> None:
        self.total, self.label = total, label
        self.done = 0
        self.started = time.monotonic()
        self.shown: Progress | None = None

    def step(self) -> None:
        self.done += 1
        late = time.monotonic() - self.started >= PATIENCE
        if self.shown is None and late and self.done < self.total and sys.stderr.isatty():
            self.shown = self._show()
        if self.shown is not None:
            self.shown.update(self.shown.task_ids[0], completed=self.done)

    def _show(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        shown = Progress(*columns, console=Console(stderr=True), transient=True)
        shown.add_task(self.label, total=self.total, completed=self.done)
        shown.start()
        return shown
