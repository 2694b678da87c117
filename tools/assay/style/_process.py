"""A worker process, seen from the main process."""

from __future__ import annotations

import json
import signal
import tempfile

from assay._child import spawn
from assay.errors import UsageError
from assay.style._wire import Answer, Job, encode, to_answer, to_data


class WorkerError(RuntimeError):
    """A worker crashed: a bug in Assay or in sqlfluff, with the worker's own traceback."""


class Worker:
    """A process that has sqlfluff loaded and lints one job at a time.

    It leads a session of its own, so Ctrl-C reaches only the main process, which ends it; should the
    main process die without a word, the worker reads the end of its input and goes.
    """

    def __init__(self) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = spawn("assay.style._worker", self._stderr)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def ask(self, job: Job) -> Answer:
        """Lint `job`. Raises UsageError for a configuration that sqlfluff refuses, and WorkerError."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(encode(to_data(job)))
            stdin.flush()
            line = stdout.readline()
        except (OSError, ValueError):  # a closed pipe, at either end
            line = b""
        if not line.endswith(b"\n"):
            raise WorkerError(self._last_words())
        reply = json.loads(line)
        if "bug" in reply:
            raise WorkerError("sqlfluff's process failed:\n" + reply["bug"])
        if "usage" in reply:
            raise UsageError(*reply["usage"])
        return to_answer(reply)

    def close(self) -> None:
        """End the process, at once; it holds nothing that could be lost."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                continue  # a job was still in the buffer
        self._stderr.close()

    def _last_words(self) -> str:
        code = self._process.wait()
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        self._stderr.seek(0)
        said = self._stderr.read().decode(errors="replace").strip()
        return f"sqlfluff's process ended {how}" + (f":\n{said}" if said else "")
