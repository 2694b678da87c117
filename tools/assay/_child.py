"""Processes of our own Python beside this one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO


def spawn(module: str, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    """Run `main()` of `module` in a process that leads a session of its own: Ctrl-C reaches only us.

    It imports what this process would import, wherever it was started from; lighter than `-m`.
    """
    boot = f"import sys; sys.path[:] = sys.argv[1:]; from {module} import main; main()"
    path = [str(Path(entry).absolute()) for entry in sys.path]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", boot, *path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,
    )
