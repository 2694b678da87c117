"""The structs of the JSON documents: the second door of this room, for those who need msgspec anyway."""

from __future__ import annotations

from assay.report._effects import (
    EffectDocument,
    ErrorDocument,
    LockDocument,
    LostDocument,
    RoundTripDocument,
    WrittenDocument,
)
from assay.report._json import (
    FindingDocument,
    ReportDocument,
    RevisionDocument,
    StatementDocument,
    ToolDocument,
    VerdictDocument,
    WaivedDocument,
    dumped,
    report_document,
)

__all__ = [
    "EffectDocument",
    "ErrorDocument",
    "FindingDocument",
    "LockDocument",
    "LostDocument",
    "ReportDocument",
    "RevisionDocument",
    "RoundTripDocument",
    "StatementDocument",
    "ToolDocument",
    "VerdictDocument",
    "WaivedDocument",
    "WrittenDocument",
    "dumped",
    "report_document",
]
