"""What PostgreSQL's errors mean for a run."""

from __future__ import annotations

import psycopg2
from psycopg2 import errors

from assay.promote.outcome import FailedError, PromotionError, StoppedError, UnreachableError

RETRIED = (errors.LockNotAvailable, errors.DeadlockDetected)
"""55P03 and 40P01: somebody else was in the way, and nothing of ours is left."""

_GONE = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.IdleSessionTimeout,
    errors.IdleInTransactionSessionTimeout,
)


class CommitUnknownError(Exception):
    """The session broke while COMMIT was under way."""


def is_gone(error: psycopg2.Error) -> bool:
    """Whether the session ended, rather than a statement failed in it."""
    if isinstance(error, (*_GONE, psycopg2.InterfaceError)):
        return True
    bare = type(error) is psycopg2.DatabaseError  # what psycopg2 raises when libpq has no result for it
    return (bare or isinstance(error, psycopg2.OperationalError)) and error.pgcode is None


def explained(error: psycopg2.Error, reason: str, where: str, *, urgent: bool) -> PromotionError:
    """What to tell of an error; `where` names the statement, `urgent` says that we were asked to cancel."""
    if is_gone(error):
        return UnreachableError(
            f"The connection ended {where}: {reason}.", "See that the server is up; then go on."
        )
    if isinstance(error, errors.QueryCanceled) and urgent:
        return StoppedError(f"Stopped at once, on request, {where}.", "")
    if isinstance(error, errors.InsufficientPrivilege):
        return FailedError(
            f"The user may not do it, {where}: {reason}.", "Grant the right, or use the user who has it."
        )
    return FailedError(
        f"PostgreSQL refused it {where}: {reason}.", "Remove the cause, or change the revision."
    )
