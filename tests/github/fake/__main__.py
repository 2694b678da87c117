"""`python -m tests.github.fake`: the fake as a process of its own.

It prints its address (GITHUB_API_URL) as the first line and runs until it is terminated. The state file is
read at the start, and written after each request: `violations` must be empty in the end.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from .server import FakeGitHub
from .state import State


def main(argv: Sequence[str] | None = None) -> int:
    """Serve; 1 if GitHub would have seen anything odd."""
    parser = argparse.ArgumentParser(prog="python -m tests.github.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--state", type=Path, help="a JSON file, made if it is not there")
    parser.add_argument("--enterprise", action="store_true", help="serve under /api/v3")
    options = parser.parse_args(argv)
    state = State() if options.state is None else State.load(options.state)
    fake = FakeGitHub(state=state, enterprise=options.enterprise, port=options.port)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    fake.start()
    fake.state.save()
    sys.stdout.write(f"{fake.url}\n")
    sys.stdout.flush()
    stopped.wait()
    fake.stop()
    return 1 if fake.state.violations else 0


if __name__ == "__main__":
    raise SystemExit(main())
