"""A long history in parts, each traced by a process of its own on a server of its own, all at the same time.

A trace waits for PostgreSQL for half of its time, and PostgreSQL for it for the other half; env.py and what
it imports are one to a process. A part begins with the state that the parts before it lead to, for which
their revisions are run without a look at them, in a tenth of the time. Nothing that a revision leaves on a
whole server (roles, settings) gets into another part's way.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from assay._child import spawn
from assay.errors import AssayError, EnvironmentFailedError
from assay.model import Revision
from assay.scratch import Binaries, Databases, Server
from assay.scratch.background import Background
from assay.scratch.server import LocalServer
from assay.trace._trace import joined, trace
from assay.trace.model import Tracing
from assay.trace.wanted import Wanted

if TYPE_CHECKING:
    from assay.trace.trip import Traveller

MOST = 4
"""Processes at the same time; each costs some 100 MB, and as much on the disk."""

WORTH = 40
"""Revisions of a part at the least: at 50 ms each they take twice what a process takes to get there."""

HEAD_START = 20
"""Revisions more that the first part has: it begins while the others load Python and run what is before."""

LEAVING_SECONDS = 3.0
"""How long a process may take to stop its server when it is told to end; killed, it leaves that to others."""


class Job(Struct, frozen=True):
    """What the process of a part is told."""

    wanted: Wanted
    binaries: Binaries
    number: int
    """Of its server: the first one is ours."""
    name: str
    """What the server is called in the result."""


class PartError(RuntimeError):
    """A part's process crashed: a bug in Assay, with its own traceback."""


def trace_in_parts(
    wanted: Wanted,
    server: Server,
    databases: Databases,
    name: str,
    traveller: Traveller | None = None,
    *,
    worth: int = WORTH,
) -> Tracing:
    """As `trace`, with all processors where the revisions are many and go to production one by one.

    A table that was empty until a revision put rows into it has only these for a later part, as it has for
    who asks about a later revision alone. Raises EnvironmentFailedError, too, where somebody kills a part.
    """
    own, *others = _shares(wanted, server, worth)
    with ExitStack() as stack:
        parts = [
            stack.enter_context(_Part(Job(share, server.binaries, number, name), wanted.step))
            for number, share in enumerate(others, start=2)
            if isinstance(server, LocalServer)
        ]
        tracing = trace(own, server, databases, name, traveller)
        for part in parts:
            if tracing.unreached is not None:
                break  # as far as one journey would have got
            tracing = joined(tracing, part.result())
    return tracing


def _shares(wanted: Wanted, server: Server, worth: int) -> list[Wanted]:
    """`wanted` in as many parts as pay."""
    chosen = {revision.id for revision in wanted.selected}
    selected = [revision for revision in wanted.known if revision.id in chosen]
    count = min(MOST, os.cpu_count() or 1, len(selected) // worth)
    if count < 2 or wanted.together or not isinstance(server, LocalServer) or not server.disposable:
        return [wanted]
    cuts = _cuts(len(selected), count, min(HEAD_START, worth))
    return [_share(wanted, selected, start, end) for start, end in pairwise(cuts)]


def _cuts(revisions: int, parts: int, head_start: int) -> list[int]:
    """Where each part begins, and the end: the first one longer by the head start, the others alike."""
    each = (revisions - head_start) / parts
    return [0, *(round(head_start + each * n) for n in range(1, parts)), revisions]


def _share(wanted: Wanted, selected: Sequence[Revision], start: int, end: int) -> Wanted:
    return replace(wanted, behind=selected[:start], selected=selected[start:end])


class _Part:
    """A part's process, from its start to its result; a context manager that leaves none behind.

    It leads a session of its own, so that Ctrl-C reaches only us. When its input ends, because we do or
    because it is to, it stops its server and goes.
    """

    def __init__(self, job: Job, step: Callable[[], None]) -> None:
        self._step = step
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = spawn("assay.trace.part", self._stderr)
        told = replace(job, wanted=replace(job.wanted, step=_nothing))
        self._answer = Background(lambda: self._serve(pickle.dumps(told)))

    def __enter__(self) -> _Part:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(LEAVING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()  # the watchdog stops its server
            self._process.wait()
        assert self._process.stdout is not None
        self._answer.succeeded()
        self._process.stdout.close()
        self._stderr.close()

    def result(self) -> Tracing:
        """What it traced, once it has; raises what it raised."""
        kind, value = self._answer.result()
        if kind == "failed":
            of, message, advice = value
            raise of(message, advice)
        if kind == "bug":
            raise PartError("the process of a part failed:\n" + value)
        assert isinstance(value, Tracing)
        return value

    def _serve(self, job: bytes) -> tuple[str, Any]:
        """Hand it the job, and pass its steps on until the end."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(job)
            stdin.flush()
            while True:
                kind, value = pickle.load(stdout)  # noqa: S301 - our own process
                if kind != "step":
                    return kind, value
                self._step()
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            return self._last_words()

    def _last_words(self) -> tuple[str, Any]:
        code = self._process.wait()
        if code < 0:
            how = signal.Signals(-code).name
            said = f"A process that traced a part of the revisions was ended by {how}."
            return "failed", (EnvironmentFailedError, said, "Run the command again, with more memory free.")
        self._stderr.seek(0)
        return "bug", f"exit code {code}\n{self._stderr.read().decode(errors='replace').strip()}"


def _nothing() -> None:
    """Stands for a callback that stays in this process."""


def told(error: AssayError) -> tuple[type[AssayError], str, str]:
    """What `_Part` makes the error of again."""
    return type(error), error.message, error.advice
