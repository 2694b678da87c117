"""How far a statement came on the scratch server."""

from __future__ import annotations

from typing import Literal

from assay.report.documents import StatementDocument

State = Literal["seen", "failed", "not reached", "unproven", "not run"]


def state(statement: StatementDocument) -> State:
    """`seen`, or why not: it failed, another one had failed before, or nothing could be observed."""
    effect = statement.effect
    if effect is None:
        return "not run"
    if effect.error is not None:
        return "failed"
    stopped = ("the upgrade stopped before", "the downgrade stopped before")
    if (effect.unproven or "").startswith(stopped):
        return "not reached"
    return "seen" if effect.proven else "unproven"
