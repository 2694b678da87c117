"""The worker process: reads jobs from stdin, lints them, writes answers to stdout. Never imported else."""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import traceback
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from assay.style._wire import encode, to_data, to_job

if TYPE_CHECKING:
    from assay.style._sqlfluff import Engine


def main() -> None:
    """Serve until stdin ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a plug-in prints must not get between the answers
    jobs: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    engine = _load()
    while True:
        out.write(encode(_reply(engine, jobs.get())))
        out.flush()


def _listen(jobs: SimpleQueue[bytes]) -> None:
    """Queue the jobs; when the main process is gone, so are we, even in the middle of one."""
    for line in sys.stdin.buffer:
        jobs.put(line)
    os._exit(0)


def _load() -> Engine | str:
    gc.disable()  # what loads stays: looking for garbage meanwhile finds none, and takes a tenth of the time
    try:
        _import_sqlfluff()
        from assay.style._sqlfluff import Engine

        return Engine()
    except Exception:  # noqa: BLE001 - told with the first answer
        return traceback.format_exc()
    finally:
        gc.freeze()
        gc.enable()


def _import_sqlfluff() -> None:
    """Import sqlfluff as if pytest were not installed.

    It tries `import pytest` to register its testing helpers, a fifth of its import time, and does without
    where there is none. A None in `sys.modules` says so (Python's reference, "The module cache"); it is
    taken back at once, for a plug-in may want pytest.
    """
    modules: dict[str, Any] = sys.modules
    modules["pytest"] = None
    try:
        import sqlfluff  # noqa: F401
    finally:
        del modules["pytest"]


def _reply(engine: Engine | str, line: bytes) -> dict[str, Any]:
    if isinstance(engine, str):
        return {"bug": engine}
    from assay.style._sqlfluff import ConfigurationError

    try:
        return to_data(engine.lint(to_job(json.loads(line))))
    except ConfigurationError as error:
        return {"usage": error.args}
    except Exception:  # noqa: BLE001 - told by the main process, with this traceback
        return {"bug": traceback.format_exc()}
