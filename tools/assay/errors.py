"""The exceptions that Assay raises on purpose, and the exit codes they end with.

    AssayError                  (never raised itself)
    ├── UsageError              exit 2: the command line, governance.yaml or alembic.ini is wrong
    └── EnvironmentFailedError  exit 3: no server, no network, a clone without the base, a full disk

Anything else that reaches the command line is a bug in Assay: exit 4, with a log to send.
Findings are not exceptions: they end with exit 1 when they reach the failing severity.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How an `assay` process ends."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    ENVIRONMENT = 3
    BUG = 4


class AssayError(Exception):
    """An expected failure: one sentence on what is wrong and where, one on what to do.

    `message` and `advice` are single sentences for a person; neither may carry a secret.
    """

    exit_code: ExitCode

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class UsageError(AssayError):
    """The command line or a configuration file is wrong; the user can mend it."""

    exit_code = ExitCode.USAGE


class EnvironmentFailedError(AssayError):
    """Something outside Assay and the project is missing: a server, a network, git history, disk."""

    exit_code = ExitCode.ENVIRONMENT
