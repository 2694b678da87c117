"""Preflight: what to ask of the real data before a revision meets it."""

from __future__ import annotations

from assay.preflight.definition import Constraint, Index, constraint, constraint_kind, index
from assay.preflight.grammar import Token, nodes, tokens

__all__ = ["Constraint", "Index", "Token", "constraint", "constraint_kind", "index", "nodes", "tokens"]
