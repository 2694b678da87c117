"""One call that runs while we do something else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Background(Generic[T]):
    """Runs `call` in a thread of its own, from now on.

    Its end is an event of our own: after a Ctrl-C during `Thread.join`, Python takes a thread for ended that
    still runs.
    """

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._results: list[T] = []
        self._error: BaseException | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def result(self) -> T:
        """What the call returned, once it has; raises what it raised."""
        self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._results[0]

    def succeeded(self) -> bool:
        """Whether the call returned a result; waits for its end."""
        self._ended.wait()
        return self._error is None

    def _run(self) -> None:
        try:
            self._results.append(self._call())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asks for the result
            self._error = error
        finally:
            self._ended.set()
