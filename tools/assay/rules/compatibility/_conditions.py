"""What the condition of a CHECK says, as far as it can be read off its text."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct

from assay.preflight.grammar import enum_name
from assay.rules.data._parsed import conjuncts, inner, kind, nodes, parsed, strings

_PLACE = re.compile(r"\s*\b(?:location|list_start|list_end): \d+")
_COMPUTED = ("ColumnRef", "FuncCall", "A_Expr", "SQLValueFunction", "CaseExpr", "CoalesceExpr", "MinMaxExpr")
"""Nodes of what is no constant."""

_UP, _DOWN = (">", ">="), ("<", "<=")


class Part(Struct, frozen=True):
    """One thing that has to be true."""

    text: str
    """The whole of it, the same for the same."""
    subject: str = ""
    """What is compared with constants."""
    operator: str = ""
    constants: frozenset[str] = frozenset()
    required: str = ""
    """The column that it says is never NULL."""

    def implies(self, other: Part) -> bool:
        """Whether the other is certainly true where this is."""
        if self.text == other.text:
            return True
        if not self.subject or self.subject != other.subject:
            return False
        if self.operator == other.operator and self.constants == other.constants:
            return True
        if self.operator == other.operator == "=":
            return self.constants <= other.constants
        for side in (_UP, _DOWN):
            if self.operator in side and other.operator in side:
                return self._is_inside(other, upwards=side is _UP)
        return False

    def _is_inside(self, other: Part, *, upwards: bool) -> bool:
        mine, its = (_number(*part.constants) for part in (self, other))
        if mine is None or its is None:
            return False
        if mine == its:
            return self.operator == other.operator or "=" in other.operator
        return (mine > its) == upwards


class Condition(Struct, frozen=True):
    """The condition of a CHECK."""

    parts: tuple[Part, ...]
    columns: frozenset[str]

    @property
    def required(self) -> set[str]:
        """Columns that it says are never NULL."""
        return {part.required for part in self.parts} - {""}


@lru_cache(maxsize=512)
def condition(expression: str) -> Condition | None:
    """What an expression says; None where the grammar does not know it."""
    node = parsed(f"SELECT WHERE {expression}")
    if node is None:
        return None
    parts = tuple(map(_read, conjuncts(node.where_clause)))
    columns = frozenset(strings(ref)[-1] for ref in nodes(node, "ColumnRef") if strings(ref))
    return Condition(parts, columns)


def _read(node: Any) -> Part:
    text = _PLACE.sub("", str(node))
    if kind(node) == "NullTest" and enum_name("NullTestType", node.nulltesttype) == "IS_NOT_NULL":
        tested = inner(node.arg)
        return Part(text, required=strings(tested)[-1] if kind(tested) == "ColumnRef" else "")
    if kind(node) != "A_Expr" or any(any(nodes(node.rexpr, name)) for name in _COMPUTED):
        return Part(text)
    how, name = enum_name("A_Expr_Kind", node.kind), strings(node)[0]
    listed = how in ("AEXPR_IN", "AEXPR_OP_ANY") and name == "="
    if not listed and how != "AEXPR_OP":
        return Part(text)
    constants = frozenset(_constant(each) for each in nodes(node.rexpr, "A_Const"))
    if not constants:
        return Part(text)
    return Part(text, _PLACE.sub("", str(_bare(node.lexpr))), name, constants)


def _bare(tree: Any) -> Any:
    """What is cast, without the casts."""
    node = inner(tree)
    return _bare(node.arg) if kind(node) == "TypeCast" else node


def _constant(node: Any) -> str:
    """The constant as text, a number as such."""
    name = node.WhichOneof("val")
    value = getattr(node, name) if name else None
    return "" if value is None else str(getattr(value, name))


def _number(*constants: str) -> Decimal | None:
    if len(constants) != 1 or not re.fullmatch(r"-?\d+(\.\d+)?", constants[0]):
        return None
    return Decimal(constants[0])
