"""HTML: the review as one self-contained page, for the browser, for paper, and without JavaScript too.

    html.render(review)

A room of its own, since a page needs templates, a style sheet and drawings. Everything in it is made from
the document and from nothing else; strings of it reach the page through Jinja's escaping only.
"""

from __future__ import annotations

from assay.review.html.page import render

__all__ = ["render"]
