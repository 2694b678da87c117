"""Review: what a pull request changes, for the person who approves it.

One model (`Review`), collected once, rendered by pure functions.
"""

from __future__ import annotations

from assay.review.model import Review, read, write

__all__ = ["Review", "read", "write"]
