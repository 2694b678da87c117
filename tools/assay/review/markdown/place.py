"""What every section needs to know: the review, where its files are, and how to say that something is cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assay.report.documents import RevisionDocument
from assay.review.links import Links
from assay.review.markdown.escape import code, link
from assay.review.model import Review
from assay.review.words import plural

SQL, PREFLIGHT, DIAGRAM, SCHEMA, ASIDE, HISTORY, BACK, LOCK, FINDING = range(1, 10)
"""What is cut earlier has the smaller rank; what has none is never cut."""


LEAST = 4
"""Items that a section keeps for as long as it can."""


@dataclass(frozen=True)
class Place:
    """The review and its links."""

    links: Links
    review: Review

    @cached_property
    def revisions(self) -> Mapping[str, RevisionDocument]:
        """The new ones, by id."""
        return {revision.id: revision for revision in self.review.revisions}

    def at(self, path: str | None, line: int | None) -> str:
        """A file and a line, leading there."""
        if path is None:
            return ""
        return link(code(path if line is None else f"{path}:{line}"), self.links.file(path, line))

    def line(self, path: str, line: int) -> str:
        """The line alone, leading there."""
        return link(f"line {line}", self.links.file(path, line))

    @property
    def whole(self) -> str:
        """Where the whole of it stands."""
        if self.links.run is not None:
            return f"the report of [the workflow run]({self.links.run}) has it all"
        return "`assay review --write FOLDER` writes it all"

    def left_out(self, name: str) -> Callable[[Sequence[int]], str]:
        """Says that so many of something are left out."""
        return lambda gone: self.without(plural(len(gone), name))

    def without(self, what: str) -> str:
        """Says that something is left out, which is Markdown."""
        return f"> ✂️ Left out to fit GitHub's limit: {what}; {self.whole}."
