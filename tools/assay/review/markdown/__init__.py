"""The review as GitHub's Markdown: a comment, or the summary of a job.

    render(review)                          # fits a comment
    render(review, limit=SUMMARY_BYTES)     # fits a job's summary

Whatever the review says is taken for a stranger's: `escape` has how it is kept from doing anything. The links
lead below the repository that `review.source` names: whoever posts a review that others made sets it first.
"""

from __future__ import annotations

from assay.review.links import Links
from assay.review.markdown import back, findings, history, locks, schema, sql, top
from assay.review.markdown.fit import fitted
from assay.review.markdown.place import Place
from assay.review.model import Review

COMMENT_CHARACTERS = 65_536
"""Of the comment of an issue or a pull request ("Body is too long (maximum is 65536 characters)"). What was
measured are 65,536 code points of a pull request's body, and four times as many bytes of a comment
(github.com/dead-claudia/github-limits/pull/13). Bytes are counted here, so that it fits in any reading."""

RESERVED = 1_024
"""Left free in a comment for what its poster adds: the marker that it is found by."""

SUMMARY_BYTES = 1024**2
"""Of a step's job summary (docs.github.com, "Workflow commands": 1 MiB)."""

__all__ = ["COMMENT_CHARACTERS", "RESERVED", "SUMMARY_BYTES", "render"]


def render(review: Review, limit: int = COMMENT_CHARACTERS - RESERVED) -> str:
    """The review in at most `limit` bytes of UTF-8 (and so in as many characters)."""
    place = Place(Links(review.source), review)
    parts = [
        *top.head(place),
        *findings.parts(place),
        *history.parts(place),
        *schema.parts(place),
        *locks.parts(place),
        *back.parts(place),
        *sql.parts(place),
        *findings.asides(place),
        *top.foot(place),
    ]
    return fitted(parts, limit)
