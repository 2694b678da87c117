"""Whether a WHERE bounds a column from both sides, so that it lets through so many rows and no more."""

from __future__ import annotations

import re
from typing import Any

from assay.preflight.grammar import enum_name
from assay.rules.data._parsed import conjuncts, inner, nodes, strings

FEW = 100_000
"""A constant up to which the keys, which begin with 1, are few enough for one batch."""

FEW_PAGES = 1_000
"""The same of the pages in `ctid`: 8 MB."""

_SIDES = {"<": "below", "<=": "below", ">": "above", ">=": "above", "=": "both"}
_MIRRORED = {"below": "above", "above": "below", "both": "both"}
_NUMBER = re.compile(r"\d+")


def bounds(where: Any, column: str) -> bool:
    """Whether the condition has an upper and a lower bound of the column, or an upper one that is low."""
    found = {side for part in conjuncts(where) for side in _sides(part, column)}
    return "both" in found or {"below", "above"} <= found


def _sides(part: Any, column: str) -> set[str]:
    """Which sides of the column one conjunct bounds; an OR bounds what all of its comparisons bound."""
    if any(enum_name("BoolExprType", each.boolop) == "NOT_EXPR" for each in nodes(part, "BoolExpr")):
        return set()
    found = [side for each in nodes(part, "A_Expr") if (side := _side(each, column)) is not None]
    return set(found) if len(set(found)) == 1 else set()


def _side(comparison: Any, column: str) -> str | None:
    """The side that a comparison with no other column bounds."""
    if _is_of(comparison.lexpr, column) and not any(nodes(comparison.rexpr, "ColumnRef")):
        other, mirrored = comparison.rexpr, False
    elif _is_of(comparison.rexpr, column) and not any(nodes(comparison.lexpr, "ColumnRef")):
        other, mirrored = comparison.lexpr, True
    else:
        return None
    side = _operator(comparison)
    if side is not None and mirrored:
        side = _MIRRORED[side]
    return "both" if side == "below" and _is_low(other, column) else side


def _operator(comparison: Any) -> str | None:
    how = enum_name("A_Expr_Kind", comparison.kind)
    if how in ("AEXPR_IN", "AEXPR_OP_ANY"):
        return "both" if strings(comparison)[:1] == ("=",) else None
    if how in ("AEXPR_BETWEEN", "AEXPR_BETWEEN_SYM"):
        return "both"
    return _SIDES.get(comparison.name[0].string.sval) if how == "AEXPR_OP" else None


def _is_of(side: Any, column: str) -> bool:
    return any(strings(reference)[-1:] == (column,) for reference in nodes(side, "ColumnRef"))


def _is_low(constant: Any, column: str) -> bool:
    """Whether so few keys can lie below a literal that they are one batch."""
    node = inner(constant)
    texts = [*(str(each.ival) for each in nodes(node, "Integer")), *strings(node)]
    number = _NUMBER.search(texts[0]) if texts else None
    return number is not None and int(number[0]) <= (FEW_PAGES if column == "ctid" else FEW)
