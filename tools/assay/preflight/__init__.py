"""Preflight: what to ask of the real data before a revision meets it.

    for asked in questions(tracing):       # of one traced run, pure
        ...
    answers(queries(tracing), url)         # of a real database, read-only

The first half of the door is for `assay.rules`, which takes definitions apart as well.
"""

from __future__ import annotations

from assay.preflight.ask import queries, questions
from assay.preflight.definition import Constraint, Index, constraint, constraint_kind, index
from assay.preflight.grammar import Token, nodes, tokens
from assay.preflight.model import MOST, Answer, Query, Unasked
from assay.preflight.run import answers

__all__ = [
    "MOST",
    "Answer",
    "Constraint",
    "Index",
    "Query",
    "Token",
    "Unasked",
    "answers",
    "constraint",
    "constraint_kind",
    "index",
    "nodes",
    "queries",
    "questions",
    "tokens",
]
