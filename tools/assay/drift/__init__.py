"""Drift: what a live database has that its revision does not make, and the other way round.

Two steps, which can run in two places: `read` asks the environment and needs its URL; `compare` runs the
project's revisions on a scratch server and needs none.
"""

from __future__ import annotations

from assay.drift.compare import compare
from assay.drift.model import Drift, Reading, Report, load_reading, load_report
from assay.drift.read import read

__all__ = [
    "Drift",
    "Reading",
    "Report",
    "compare",
    "load_reading",
    "load_report",
    "read",
]
