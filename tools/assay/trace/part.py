"""The process of a part: its job comes by stdin, steps and result go to stdout. Never imported else."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from typing import IO, Any

from msgspec.structs import replace

from assay import interrupt
from assay.errors import AssayError
from assay.scratch import Databases
from assay.scratch.choice import local_server
from assay.trace._trace import trace
from assay.trace.model import Tracing
from assay.trace.parts import LEAVING_SECONDS, Job, told

_COLLECT_AFTER = 200_000
"""As in the main process."""


def main() -> None:
    """Trace one part."""
    gc.set_threshold(_COLLECT_AFTER)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started us may have it ignored
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the project's code prints must not get between the answers
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own process
    threading.Thread(target=_listen, args=[os.dup(0)], daemon=True).start()
    answer = _answer(job, out)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all that is left is to say it
    _say(out, *answer)


def _answer(job: Job, out: IO[bytes]) -> tuple[str, Any]:
    try:
        with interrupt.remembered():
            return "traced", _traced(job, out)
    except AssayError as error:
        return "failed", told(error)
    except Exception:  # noqa: BLE001 - told by the main process, with this traceback
        return "bug", traceback.format_exc()


def _traced(job: Job, out: IO[bytes]) -> Tracing:
    wanted = replace(job.wanted, step=lambda: _say(out, "step", None))
    with local_server(job.binaries, job.number) as server, Databases(server) as databases:
        return trace(wanted, server, databases, job.name)


def _say(out: IO[bytes], kind: str, value: Any) -> None:
    out.write(pickle.dumps((kind, value)))
    out.flush()


def _listen(descriptor: int) -> None:
    """When the main process is gone, or wants no more, so are we, but not without stopping the server.

    Python aborts where a thread still holds the lock of a buffered `sys.stdin` at the end.
    """
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(LEAVING_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)  # a long statement runs; the watchdog stops the server
