"""SARIF 2.1.0, as GitHub's code scanning takes it.

Limits: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence

import msgspec

from assay.report.documents import FindingDocument, WaivedDocument
from assay.review.links import Links
from assay.review.model import Review
from assay.review.sarif._fingerprint import Fingerprints
from assay.review.sarif._model import (
    SCHEMA,
    AutomationDetails,
    Driver,
    Invocation,
    Log,
    Message,
    Notification,
    Provenance,
    Result,
    Rule,
    Run,
    Suppression,
    Tool,
)
from assay.review.sarif._place import location, revision_paths
from assay.review.sarif._rules import described, rule_id
from assay.review.sarif._text import plain, shortened
from assay.review.words import plural

RESULTS = 5_000
"""How many GitHub keeps; more than 25,000 and it refuses the file."""

GZIPPED_BYTES = 10_000_000
"""Of the file as it is uploaded: GitHub's 10 MB, read as the smaller one."""

MESSAGE = 10_000
"""Characters of a message: GitHub names no limit, and nobody reads more."""

CATEGORY = "assay/"
"""Ends with a slash, so that GitHub takes it for the category and not for the name of the run."""

_RANKS = {"error": 0, "warning": 1, "note": 2}


def render(review: Review, *, waived: bool = False) -> str:
    """The findings as a SARIF file, the most severe first.

    With `waived`, those that were accepted on purpose follow, each with its suppression. GitHub opens an
    alert for a suppressed result all the same (https://github.com/github/codeql-action/issues/1230), so what
    is uploaded there goes without; viewers, and the action `dismiss-alerts`, know what it means.

    At most RESULTS, and as many as GZIPPED_BYTES take; what is left out is counted in a notification.
    """
    findings = sorted(review.findings, key=lambda finding: _RANKS[finding.severity])
    findings += review.waived if waived else []
    kept = min(len(findings), RESULTS)
    text = _text(review, findings, kept)
    while kept and len(text) > GZIPPED_BYTES and len(gzip.compress(text.encode("ascii"))) > GZIPPED_BYTES:
        kept //= 2
        text = _text(review, findings, kept)
    return text


def _text(review: Review, findings: Sequence[FindingDocument], kept: int) -> str:
    """ASCII only, so that no encoding can harm it."""
    log = Log(schema=SCHEMA, version="2.1.0", runs=[_run(review, findings, kept)])
    return json.dumps(msgspec.to_builtins(log), indent=1) + "\n"


def _run(review: Review, findings: Sequence[FindingDocument], kept: int) -> Run:
    rules = described(findings[:kept])
    notes = [*review.notes]
    if kept < len(findings):
        notes.append(f"{plural(len(findings) - kept, 'finding')} did not fit, the least severe ones.")
    driver = Driver(name="assay", semantic_version=plain(review.tool.version) or "0", rules=rules)
    remarks = [Notification(level="note", message=Message(text=plain(note))) for note in notes if plain(note)]
    return Run(
        tool=Tool(driver=driver),
        invocations=[Invocation(execution_successful=True, tool_execution_notifications=remarks)],
        automation_details=AutomationDetails(id=CATEGORY),
        version_control_provenance=_provenance(review),
        results=_results(review, findings[:kept], rules),
        column_kind="unicodeCodePoints",
    )


def _results(review: Review, findings: Sequence[FindingDocument], rules: Sequence[Rule]) -> list[Result]:
    places = {rule.id: place for place, rule in enumerate(rules)}
    paths, fingerprints = revision_paths(review), Fingerprints(review.revisions)
    return [
        Result(
            rule_id=rule_id(finding.rule),
            rule_index=places[rule_id(finding.rule)],
            level=finding.severity,
            message=Message(text=_message(finding)),
            locations=[location(finding, paths)],
            partial_fingerprints={"primaryLocationLineHash": fingerprints.of(finding)},
            suppressions=_suppressions(finding),
        )
        for finding in findings
    ]


def _message(finding: FindingDocument) -> str:
    """The fact, then what to do about it: the first sentence is what GitHub shows in a list."""
    told = "\n\n".join(filter(None, (plain(finding.message), plain(finding.advice))))
    return shortened(told, MESSAGE) or rule_id(finding.rule)


def _suppressions(finding: FindingDocument) -> list[Suppression] | None:
    if not isinstance(finding, WaivedDocument):
        return None
    reason = shortened(plain(finding.reason), MESSAGE)
    return [Suppression(kind="external", justification=reason or None)]


def _provenance(review: Review) -> list[Provenance] | None:
    repository = Links(review.source).repository
    if repository is None:
        return None
    return [Provenance(repository_uri=repository, revision_id=review.source.head_commit)]
