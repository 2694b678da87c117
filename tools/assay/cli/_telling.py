"""Tells a promotion's progress on stderr: lines for a log, and one moving line more on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from assay._clean import clean
from assay.redact import redact

if TYPE_CHECKING:
    from assay.promote import Progress

QUIET = 10.0
"""Seconds between two lines about the same statement, in a log."""

WIDTH = 100
"""Characters of a statement that are told."""


class Teller:
    """Writes to `stream`; `tell` is for `Job.told`."""

    def __init__(self, stream: TextIO, database: str | None = None) -> None:
        """In a fleet each line begins with the `database`, and none moves: others tell theirs as well."""
        self._stream = stream
        self._begin = "" if database is None else f"{database}: "
        self._moving = stream.isatty() and database is None
        self._told = 0.0
        self._open = False

    def tell(self, progress: Progress) -> None:
        """One line, unless it would say what the last one said."""
        if progress.kind != "running":
            self._told = 0.0
            self._line(_said(progress))
        elif self._moving:
            self._stream.write("\r\x1b[K" + _said(progress))
            self._stream.flush()
            self._open = True
        elif progress.seconds - self._told >= QUIET:
            self._told = progress.seconds
            self._line(_said(progress))

    def _line(self, text: str) -> None:
        self._stream.write(("\r\x1b[K" if self._open else "") + self._begin + text + "\n")
        self._stream.flush()
        self._open = False


def _said(progress: Progress) -> str:
    place = f"{progress.revision} {progress.segment}/{progress.segments}" if progress.revision else ""
    return " ".join(part for part in (clean(place), _what(progress)) if part)


def _what(progress: Progress) -> str:
    message = clean(redact(progress.message))
    if progress.kind == "statement" or progress.kind == "repair":
        sql = " ".join(progress.sql.split())
        return f"{progress.kind}: {clean(redact(sql[:WIDTH]))}"
    if progress.kind == "retry":
        return f"again in {progress.seconds:.1f} s: {message}"
    if progress.kind == "running":
        return _running(progress)
    return f"{progress.kind} {message}".strip()


def _running(progress: Progress) -> str:
    said = f"running for {progress.seconds:.0f} s"
    if progress.phase:
        done = "" if progress.done is None else f" {progress.done:.0%}"
        said += f", {clean(progress.phase)}{done}"
    for blocker in progress.blockers:
        who = clean(blocker.application or "no application name")
        said += f"; waits for process {blocker.pid} ({who}, {clean(blocker.state)}, {blocker.seconds:.0f} s)"
    return said
