"""Ctrl-C, remembered: Python raises it once, and psycopg2 loses what is raised while a statement runs.

Python runs a signal's handler with the first bytecode after the wait. That is the codec's, which psycopg2
calls from C and whose errors it clears.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_asked: list[int] = []
"""The signals that came; a list, since a handler must not wait for a lock."""


@contextmanager
def remembered() -> Iterator[None]:
    """Raise KeyboardInterrupt at the end at the latest, if Ctrl-C came inside; for the main thread."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield  # whoever started us has other plans
        return
    signal.signal(signal.SIGINT, _handle)
    try:
        yield
        check()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _asked.clear()


def check() -> None:
    """Raise the KeyboardInterrupt that was lost, if one was."""
    if _asked:
        raise KeyboardInterrupt


def _handle(number: int, _frame: object) -> None:
    _asked.append(number)
    raise KeyboardInterrupt
