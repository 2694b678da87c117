"""How a promotion ended, and the one command that goes on."""

from __future__ import annotations

from typing import Literal

import msgspec

from assay.errors import AssayError, ExitCode
from assay.promote.state import HalfDone

Result = Literal["applied", "nothing", "refused", "failed", "stopped", "unreachable"]

_CODES: dict[Result, ExitCode] = {
    "applied": ExitCode.OK,
    "nothing": ExitCode.OK,
    "refused": ExitCode.FINDINGS,
    "failed": ExitCode.FINDINGS,
    "stopped": ExitCode.ENVIRONMENT,
    "unreachable": ExitCode.ENVIRONMENT,
}


class PromotionError(AssayError):
    """Why a promotion does not go on; `apply` makes an `Outcome` of it and never lets it out."""

    result: Result = "failed"

    def __init__(self, message: str, advice: str, detail: tuple[str, ...] = ()) -> None:
        super().__init__(message, advice)
        self.detail = detail


class RefusedError(PromotionError):
    """The plan, the target or the policy does not allow it."""

    result = "refused"


class FailedError(PromotionError):
    """PostgreSQL refused something, and what it was part of is rolled back."""

    result = "failed"


class StoppedError(PromotionError):
    """Somebody asked us to stop."""

    result = "stopped"


class UnreachableError(PromotionError):
    """The server or the lock went away."""

    result = "unreachable"


class Outcome(msgspec.Struct, kw_only=True, frozen=True):
    """What `assay apply` says at the end, and prints with `--format json`."""

    result: Result
    """`applied`: everything is applied and verified. `nothing`: it was before. `refused`: the plan, the
    target or the policy does not allow it. `failed`: PostgreSQL did, or the schema came out otherwise.
    `stopped`: on request. `unreachable`: the server or the lock is. Of the last four, `at` and `half_done`
    tell how far it came."""
    environment: str
    plan: str
    message: str
    """What happened, a sentence."""
    advice: str
    """What to do, a sentence; empty where nothing is to be done."""
    go_on: str | None = None
    """The one command that goes on from where the database stands."""
    detail: tuple[str, ...] = ()
    """Lines: how the schema differs from what was expected."""
    applied: tuple[str, ...] = ()
    """The revisions that this run applied, in order."""
    at: tuple[str, ...] | None = None
    """The versions that the database is at; null where it could not be asked."""
    half_done: HalfDone | None = None

    @property
    def exit_code(self) -> ExitCode:
        """0 where the target is where the plan wants it, 1 refused or failed, 3 stopped or unreachable."""
        return _CODES[self.result]
