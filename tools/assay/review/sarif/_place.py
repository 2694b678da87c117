"""Where a finding stands, as GitHub wants it: every result has a file and a whole region."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from assay.report.documents import FindingDocument
from assay.review.model import Review
from assay.review.sarif._model import ArtifactLocation, Location, PhysicalLocation, Region

CONFIGURATION = "alembic.ini"
"""Where what belongs to no file and no revision is shown: GitHub drops a result without a place."""

MOST = 2**31 - 1
"""The highest line and column: more is no line of any file, and does not fit GitHub's integers."""


def location(finding: FindingDocument, paths: Mapping[str, str]) -> Location:
    """The finding's own place, else its revision's, else the configuration's.

    The region is one character: how long the line is, a review does not say.
    """
    path = finding.path or paths.get(finding.revision or "") or CONFIGURATION
    known = finding.path is not None
    line = _within(finding.line if known else None)
    column = _within(finding.column if known and finding.line else None)
    region = Region(start_line=line, start_column=column, end_line=line, end_column=column + 1)
    return Location(
        physical_location=PhysicalLocation(artifact_location=ArtifactLocation(uri=uri(path)), region=region)
    )


def uri(path: str) -> str:
    """The path, relative to the git top level, as a URI reference: percent-encoded, inside the repository."""
    inside = [part for part in path.split("/") if part not in ("", ".", "..")]
    return quote("/".join(inside).encode("utf-8", "replace")) or CONFIGURATION


def revision_paths(review: Review) -> dict[str, str]:
    """The file of each revision that the review tells of."""
    nodes = {node.id: node.path for node in review.history.nodes}
    return {**nodes, **{revision.id: revision.path for revision in review.revisions}}


def _within(number: int | None) -> int:
    return min(max(number or 1, 1), MOST - 1)
