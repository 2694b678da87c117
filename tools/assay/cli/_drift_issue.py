"""The one issue about drift, by a report of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.github import Repository, Run

MARKER = "drift"
LABEL = "schema-drift"


def keep(repository: Repository, run: Run, file: Path) -> str:
    """Open, update or close it; what was done, as a sentence."""
    from assay.drift import load_report
    from assay.drift.text import markdown
    from assay.github import BODY_LIMIT

    report = load_report(file)
    drifted, unknown = report.of("drifted"), report.of("unknown")
    body = markdown(report, BODY_LIMIT)  # without the run: the same drift is the same text every night
    if drifted:
        title = f"Schema drift: {', '.join(drift.environment for drift in drifted)}"
        posted = repository.open_issue(MARKER, title, body, [LABEL], run)
    elif unknown:
        names = ", ".join(drift.environment for drift in unknown)
        return f"The issue is left as it is: {names} could not be compared."
    else:
        posted = repository.close_issue(MARKER, body, LABEL, run)
    where = f": {posted.url}" if posted.url else ", for there is none"
    return f"The issue is {posted.outcome.value}{where}"
