"""What happens to values and to old queries when a column's type becomes another."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

Verdict = Literal["same", "narrowed", "incompatible"]

_SHAPE = re.compile(
    r"(?P<name>.*?)(?:\((?P<size>-?\d+)(?:,(?P<scale>-?\d+))?\))?(?P<zone> with(?:out)? time zone)?"
    r"(?P<array>(?:\[\])*)$"
)
_FAMILIES = (
    {"character varying", "text", "character", "citext", "name"},
    {"smallint", "integer", "bigint", "numeric", "real", "double precision"},
    {"date", "timestamp without time zone", "timestamp with time zone"},
    {"time without time zone", "time with time zone"},
    {"bit", "bit varying"},
    {"inet", "cidr"},
    {"interval"},
    {"jsonb"},
)
"""Types between which old queries go on working, whatever happens to the values."""

_DIGITS = {"smallint": 5, "integer": 10, "bigint": 19}
_EXACT = {"real": 6, "double precision": 15}
"""Decimal digits that the type always keeps (FLT_DIG and DBL_DIG in C)."""

_TIMES = ("date", "timestamp without time zone", "timestamp with time zone")


class Shape(Struct, frozen=True):
    """A type taken apart, as `format_type` writes it."""

    name: str
    size: int | None
    scale: int | None
    array: str


def shape(text: str) -> Shape:
    """`numeric(12,2)` → numeric, 12, 2; `timestamp(3) with time zone` → its name without the 3."""
    found = _SHAPE.match(text)
    assert found is not None
    name = found["name"].removeprefix("public.") + (found["zone"] or "")
    name = "interval" if name.startswith("interval") else name
    size, scale = (int(each) if each else None for each in (found["size"], found["scale"]))
    if name == "character" and size is None:
        size = 1
    if name == "numeric" and size is not None:
        scale = scale or 0
    return Shape(name, size, scale, found["array"])


def compared(before: str, after: str) -> Verdict:
    """What the change does: nothing that hurts, lose or refuse values, or break the queries as well."""
    old, new = shape(before), shape(after)
    if old == new:
        return "same"
    if (old.name, new.name) == ("json", "jsonb"):
        return "same" if old.array == new.array else "incompatible"
    family = next((f for f in _FAMILIES if {old.name, new.name} <= f), None)
    if old.array != new.array or (family is None and old.name != new.name):
        return "incompatible"
    return "narrowed" if _narrows(old, new) else "same"


def _narrows(old: Shape, new: Shape) -> bool:
    if old.name in _DIGITS | _EXACT or old.name == "numeric":
        return _number_narrows(old, new)
    if old.name in _TIMES and _TIMES.index(new.name) < _TIMES.index(old.name):
        return True
    if old.name.startswith("time") and old.name.endswith("with time zone") and old.name != new.name:
        return True
    if (old.name, new.name) in (("inet", "cidr"), ("bit varying", "bit")):
        return True
    if new.name == "name":
        return old.name != "name"
    return _shorter(old, new)


def _shorter(old: Shape, new: Shape) -> bool:
    if new.size is None or old.name == "date":
        return False
    return old.size is None or new.size < old.size


def _number_narrows(old: Shape, new: Shape) -> bool:
    if new.name == "numeric":
        return _numeric_narrows(old, new)
    if old.name == "numeric":
        return new.name in _EXACT or old.size is None or bool(old.scale) or old.size >= _DIGITS[new.name]
    if new.name in _DIGITS:
        return old.name in _EXACT or _DIGITS[new.name] < _DIGITS[old.name]
    digits = _DIGITS.get(old.name) or _EXACT[old.name]
    return digits > _EXACT[new.name]


def _numeric_narrows(old: Shape, new: Shape) -> bool:
    if new.size is None:
        return False
    whole = new.size - (new.scale or 0)
    if old.name in _DIGITS:
        return whole < _DIGITS[old.name]
    if old.name in _EXACT or old.size is None:
        return True
    return (new.scale or 0) < (old.scale or 0) or whole < old.size - (old.scale or 0)
