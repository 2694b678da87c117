"""What makes two findings of two analyses the same one: `partialFingerprints.primaryLocationLineHash`.

GitHub's own is a hash of the line and of what follows it in the file
(https://github.com/github/codeql-action/blob/main/src/fingerprints.ts). A review has no files, and the job
that uploads its SARIF no checkout. So it is a hash of what the finding is about: the rule, the revision, and
the SQL that the line emits; of the message where it emits none. Moved lines, a renamed file and another
layout of the SQL change nothing. It has the shape of GitHub's: `hex:n` for the n-th finding that is alike.

(`upload-sarif` warns of a hash that is not its own where it finds the file: another reason not to check out.)
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from assay.report.documents import FindingDocument, RevisionDocument

DIGITS = 16
"""Of the hash, as many as GitHub's has."""


class Fingerprints:
    """Hands them out, in the order of the findings."""

    def __init__(self, revisions: list[RevisionDocument]) -> None:
        self._seen: Counter[str] = Counter()
        self._emitted: dict[tuple[str, int], list[str]] = {}
        for statement in (each for revision in revisions for each in revision.statements):
            for line, sql in zip(statement.lines, statement.sql.split("\n"), strict=False):
                self._emitted.setdefault((statement.path, line), []).append(sql)

    def of(self, finding: FindingDocument) -> str:
        """The next finding's."""
        emitted = self._emitted.get((finding.path or "", finding.line or 0), [finding.message])
        about = " ".join(" ".join(emitted).split())
        text = "\0".join((finding.rule, finding.revision or finding.path or "", about))
        value = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
        self._seen[value] += 1
        return f"{value}:{self._seen[value]}"
