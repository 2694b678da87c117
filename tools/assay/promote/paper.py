"""What is refused without asking the target: by environment, age, losses, and what came before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from assay.promote.ledger import Entry
from assay.promote.model import Plan, PlanRevision, Seal
from assay.promote.outcome import RefusedError
from assay.promote.policy import Policy

CLOCKS = timedelta(minutes=5)
"""How far the clock of the machine that made the plan may be ahead of ours."""


def require_environment(plan: Plan, environment: str) -> None:
    """Raises RefusedError for another environment's plan."""
    if plan.environment != environment:
        raise RefusedError(
            f"The plan is for {plan.environment}, and this is {environment}.",
            f"Make one for it: `assay plan --env {environment}`.",
        )


def require_age(seal: Seal, policy: Policy, now: datetime) -> None:
    """Raises RefusedError for a plan that is too old, or from the future."""
    age = now - seal.created
    if age < -CLOCKS:
        raise RefusedError("The plan was made in the future.", "Set the clocks right, and make it anew.")
    if policy.max_plan_age and age.total_seconds() > policy.max_plan_age:
        raise RefusedError(
            f"The plan is {age.total_seconds() / 3600:.1f} h old;"
            f" {policy.max_plan_age / 3600:g} h are allowed.",
            "Make it anew, and have it approved: `assay plan`.",
        )


def require_consent(plan: Plan, lose: Collection[str]) -> None:
    """Raises RefusedError where values are lost that nobody gave up by name."""
    missing = [name for name in plan.loses if name not in lose]
    if missing:
        raise RefusedError(
            f"The values of {', '.join(missing)} would be lost.",
            "If they may be: " + " ".join(f"--lose {name}" for name in missing),
        )


def require_same(plan: Plan, rederive: Callable[[], Plan] | None) -> None:
    """Raises RefusedError where the commit that is checked out gives another plan."""
    again = None if rederive is None else rederive()
    if again is not None and again.checksum != plan.checksum:
        raise RefusedError(
            f"The commit gives another plan ({again.short}) than the one that was approved ({plan.short}).",
            "Check out the commit that the plan is of, or make the plan anew.",
        )


def require_order(
    plan: Plan, policy: Policy, earlier: Callable[[], Sequence[Sequence[Entry]]] | None, now: datetime
) -> None:
    """Raises RefusedError where the environment before has not had the same SQL for long enough.

    `earlier` gives its ledgers, one for each of its databases. Only of upgrades: the way back is not to wait
    for anybody.
    """
    if policy.after is None or plan.direction == "downgrade":
        return
    if earlier is None:
        raise RefusedError(
            f"Whether {policy.after} has had the same is not known: its ledger cannot be read.",
            f"Set the variable of its URL, or give what `assay ledger --env {policy.after}` told.",
        )
    ledgers = earlier()
    for revision in plan.revisions:
        times = [verified_since(revision, entries) for entries in ledgers]
        since = max((time for time in times if time is not None), default=None)
        if since is None or None in times:
            raise RefusedError(
                f"{policy.after} has not had revision {revision.id} with the same SQL, applied and verified.",
                f"Promote it there first: `assay plan --env {policy.after}`.",
            )
        left = since + timedelta(hours=policy.hours) - now
        if left > timedelta(0):
            raise RefusedError(
                f"{policy.after} has had revision {revision.id} since {since:%Y-%m-%d %H:%M} UTC;"
                f" {policy.hours:g} h are asked for.",
                f"Wait for {left.total_seconds() / 3600:.1f} h more.",
            )


def verified_since(revision: PlanRevision, entries: Sequence[Entry]) -> datetime | None:
    """Since when an environment's ledger says that it has this revision with this SQL; None where not."""
    since: datetime | None = None
    for entry in entries:
        if entry.revision != revision.id or entry.event not in ("applied", "verified"):
            continue
        same = entry.direction == "upgrade" and entry.sql_checksum == revision.sql_checksum
        if entry.event == "applied":
            since = None
        elif same and since is None:
            since = entry.finished
    return since
