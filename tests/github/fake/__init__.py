"""GitHub on the loopback, for tests: its own state, faults on purpose, and no request that GitHub would not take.

In a test:

    with FakeGitHub() as fake:
        seed = fake.seed("octo/reports")
        seed.pull(7, "feature", "a" * 40)
        ...  # run something with {**os.environ, **fake.environment("octo/reports")}
        assert seed.comments(7) == [...]

As a process: `python -m tests.github.fake --state FILE` (see `__main__.py`).
"""

from __future__ import annotations

from .description import ViolationError
from .faults import Between, Fault
from .server import FakeGitHub
from .state import BOT, TOKEN, Seed, State

__all__ = ["BOT", "TOKEN", "Between", "FakeGitHub", "Fault", "Seed", "State", "ViolationError"]
