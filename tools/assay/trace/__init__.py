"""Trace: a scratch PostgreSQL runs the revisions, and we look at what they do."""

from __future__ import annotations

from assay.trace._trace import Ahead, catalog_at, database_at, trace
from assay.trace.align import with_effects
from assay.trace.model import (
    BLOCKS_READS,
    BLOCKS_WRITES,
    MODES,
    Effect,
    LiveImport,
    Lock,
    LockMode,
    LostValue,
    Refused,
    Relation,
    RoundTrip,
    SqlError,
    Step,
    Traced,
    Tracing,
    Written,
)
from assay.trace.observation import Observation
from assay.trace.states import UnreachedError
from assay.trace.wanted import Baseline, Wanted

__all__ = [
    "BLOCKS_READS",
    "BLOCKS_WRITES",
    "MODES",
    "Ahead",
    "Baseline",
    "Effect",
    "LiveImport",
    "Lock",
    "LockMode",
    "LostValue",
    "Observation",
    "Refused",
    "Relation",
    "RoundTrip",
    "SqlError",
    "Step",
    "Traced",
    "Tracing",
    "UnreachedError",
    "Wanted",
    "Written",
    "catalog_at",
    "database_at",
    "trace",
    "with_effects",
]
