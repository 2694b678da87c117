"""Whether a target is as a plan leaves it, asked from outside of any promotion."""

from __future__ import annotations

from assay.promote.model import Plan
from assay.promote.position import told
from assay.promote.schema import difference, live_catalog
from assay.promote.state import asked
from assay.promote.states import States
from assay.promote.target import Target


def differences(target: Target, plan: Plan, at: tuple[str, ...]) -> tuple[str, ...]:
    """How the target, which is `at` these versions, differs from what the plan leaves; empty where it does
    not. Raises EnvironmentFailedError, UsageError."""
    with asked(target, "status") as session:
        live, expected = live_catalog(session.connection, plan), States(plan).last
    found = () if live.fingerprint == expected.fingerprint else difference(expected, live)
    wanted = plan.revisions[-1].versions_after
    return found if at == wanted else (f"at {told(at)}, and not at {told(wanted)}", *found)
