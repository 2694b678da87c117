"""Mermaid: the three pictures of a review, in a text that GitHub draws.

    for block in (history(review), entities(review), locks(review)):
        if block is not None:
            "```mermaid\\n" + block + "\\n```"

Pure functions. Every name in a review is taken for hostile: ids are made up here, and what a label says is
escaped by Mermaid's own rules. No diagram relies on colour: what is new, edited or removed says so in a word,
on the spot, so that no legend is needed and a dark theme or a black printer loses nothing.

Which Mermaid GitHub runs is not published (a diagram that says only `info` tells): it was 11.3 in October
2024, and GitHub Enterprise Server runs older ones. So only what 10.9 to 12.3 all parse is written: no styles
in entity-relation diagrams, and their attributes in ASCII (the rest of both came with 11.5).
"""

from __future__ import annotations

from assay.review.mermaid._entities import entities
from assay.review.mermaid._fit import CHARACTERS, EDGES
from assay.review.mermaid._history import history
from assay.review.mermaid._locks import locks

__all__ = ["CHARACTERS", "EDGES", "entities", "history", "locks"]
