"""Promote: exactly the reviewed SQL, exactly once, and never stuck.

    plan, seal = read_plan(folder)
    target = Target("staging", lambda: url)
    outcome = apply(Job(plan, target, policy, Who(actor, run_url)), seal)

Neither Alembic nor SQLAlchemy nor the project is behind this door: the job that holds the credentials needs
none of them.
"""

from __future__ import annotations

from assay.promote._apply import apply
from assay.promote.clock import Clock
from assay.promote.fleet import Ended, Wave, in_waves, waves
from assay.promote.job import POINTS, Job, Unsure, Who
from assay.promote.ledger import Entry
from assay.promote.model import (
    Plan,
    PlanLock,
    PlanQuestion,
    PlanRevision,
    PlanStatement,
    Scope,
    Seal,
    Segment,
    Unfinished,
    VersionTable,
)
from assay.promote.outcome import Outcome, RefusedError
from assay.promote.plan import canonical, checksummed, load_plan, read_plan, sql_checksum, write_plan
from assay.promote.policy import Policy, seconds
from assay.promote.progress import Blocker, Progress
from assay.promote.rehearse import Draft, rehearse
from assay.promote.script import as_sql
from assay.promote.state import HalfDone, Standing, State, load_ledger, load_states, read_ledger, read_state
from assay.promote.states import States
from assay.promote.stop import Stop
from assay.promote.target import Target
from assay.promote.verify import differences

__all__ = [
    "POINTS",
    "Blocker",
    "Clock",
    "Draft",
    "Ended",
    "Entry",
    "HalfDone",
    "Job",
    "Outcome",
    "Plan",
    "PlanLock",
    "PlanQuestion",
    "PlanRevision",
    "PlanStatement",
    "Policy",
    "Progress",
    "RefusedError",
    "Scope",
    "Seal",
    "Segment",
    "Standing",
    "State",
    "States",
    "Stop",
    "Target",
    "Unfinished",
    "Unsure",
    "VersionTable",
    "Wave",
    "Who",
    "apply",
    "as_sql",
    "canonical",
    "checksummed",
    "differences",
    "in_waves",
    "load_ledger",
    "load_plan",
    "load_states",
    "read_ledger",
    "read_plan",
    "read_state",
    "rehearse",
    "seconds",
    "sql_checksum",
    "waves",
    "write_plan",
]
