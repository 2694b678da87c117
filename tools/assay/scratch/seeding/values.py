"""Plain values for every type of PostgreSQL's: distinct by row and column, and nobody's default.

A value is its text form, as the type's input function reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

from assay.scratch.seeding.catalog import Catalog, Column

FIRST_DAY = date(2021, 3, 4)
STRINGS = frozenset(("text", "varchar", "bpchar", "citext", "name"))
INTEGERS = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}
NUMBERS = frozenset((*INTEGERS, "numeric", "float4", "float8"))
DATES = frozenset(("date", "timestamp", "timestamptz"))
HEADER = 4
"""VARHDRSZ: what PostgreSQL adds to the length in the modifier of a string or number type."""

_SIMPLE: dict[str, Callable[[int], str]] = {
    "bool": lambda n: "false" if n % 2 else "true",
    "float4": lambda n: f"{n}.5",
    "float8": lambda n: f"{n}.25",
    "money": lambda n: f"{n}.42",
    "oid": lambda n: str(n),
    "xid": lambda n: str(n),
    "cid": lambda n: str(n),
    "xid8": lambda n: str(n),
    "tid": lambda n: f"(0,{n % 1000 + 1})",
    "pg_lsn": lambda n: f"0/{n:X}",
    "char": lambda n: chr(97 + n % 26),
    "date": lambda n: _day(n),
    "timestamp": lambda n: f"{_day(n)} 05:06:07.123457",
    "timestamptz": lambda n: f"{_day(n)} 05:06:07.123457+00",
    "time": lambda n: f"{n % 24:02}:{n // 24 % 60:02}:07.123457",
    "timetz": lambda n: f"{n % 24:02}:{n // 24 % 60:02}:07.123457+02",
    "interval": lambda n: f"{n} days 03:04:05",
    "uuid": lambda n: _digest(n),
    "bytea": lambda n: f"\\x{n:08x}",
    "json": lambda n: f'{{"row": {n}}}',
    "jsonb": lambda n: f'{{"row": {n}}}',
    "jsonpath": lambda n: f"$.a{n}",
    "xml": lambda n: f"<row>{n}</row>",
    "inet": lambda n: f"192.0.{n // 250 % 250}.{n % 250 + 1}",
    "cidr": lambda n: f"192.0.{n // 250 % 250}.{n % 250 + 1}/32",
    "macaddr": lambda n: f"02:00:00:00:{n // 256 % 256:02x}:{n % 256:02x}",
    "macaddr8": lambda n: f"02:00:00:00:00:00:{n // 256 % 256:02x}:{n % 256:02x}",
    "point": lambda n: f"({n},1)",
    "line": lambda n: f"{{1,2,{n}}}",
    "lseg": lambda n: f"[({n},1),({n},2)]",
    "box": lambda n: f"({n * 3 + 1},1),({n * 3},0)",
    "path": lambda n: f"(({n},1),({n},2))",
    "polygon": lambda n: f"(({n * 3},0),({n * 3 + 1},0),({n * 3},1))",
    "circle": lambda n: f"<({n * 3},0),1>",
    "tsvector": lambda n: f"'word{n}':1",
    "tsquery": lambda n: f"'word{n}'",
    "hstore": lambda n: f'"row"=>"{n}"',
    "ltree": lambda n: f"row.n{n}",
    "geometry": lambda n: f"SRID=4326;POINT({n % 90} 1)",
    "geography": lambda n: f"SRID=4326;POINT({n % 90} 1)",
    "regclass": lambda n: ("pg_class", "pg_type", "pg_proc", "pg_attribute")[n % 4],
    "regtype": lambda n: ("integer", "text", "date", "uuid")[n % 4],
}


def value(catalog: Catalog, column: Column, row: int) -> str | None:
    """The value of `column` in row `row` (0, 1, …); None for a type that we know nothing of."""
    return _of_type(catalog, column.type, column.modifier, column.name, row, column.number * 10)


def fits(catalog: Catalog, column: Column, text: str) -> bool:
    """Whether a number or string that we came across has room in the column."""
    name = catalog.types[column.type].name
    if name in INTEGERS:
        return "." not in text and "e" not in text and abs(int(text)) <= INTEGERS[name]
    if name == "numeric" and column.modifier >= HEADER:
        precision, scale = _precision(column.modifier)
        return abs(float(text)) < 10.0 ** (precision - scale)
    longest = length(catalog, column)
    return longest is None or len(text) <= longest


def length(catalog: Catalog, column: Column) -> int | None:
    """How many characters a string column takes; None where that is not limited."""
    limited = catalog.types[column.type].name in ("varchar", "bpchar") and column.modifier >= HEADER
    return column.modifier - HEADER if limited else None


def element_list(values: list[str | None]) -> str:
    """An array's text form."""
    return "{" + ",".join("NULL" if v is None else _in_quotes(v) for v in values) + "}"


def _of_type(catalog: Catalog, oid: int, modifier: int, name: str, row: int, base: int) -> str | None:
    type_ = catalog.types[oid]
    n = base + row + 1
    if type_.kind == "d":
        return _of_type(catalog, type_.base, type_.base_modifier, name, row, base)
    if type_.is_array:
        parts = [_of_type(catalog, type_.element, modifier, name, row + more, base) for more in (0, 1)]
        return None if None in parts else element_list(parts)
    if type_.kind == "e":
        return type_.labels[row % len(type_.labels)] if type_.labels else None
    if type_.kind in "rm":
        return _range(catalog, oid, row, base)
    if type_.kind == "c":
        fields = [_of_type(catalog, c.type, c.modifier, c.name, row, base) for c in catalog.composites[oid]]
        return "(" + ",".join("" if v is None else _in_quotes(v) for v in fields) + ")"
    return _base(type_.name, modifier, name, row, n)


def _base(type_name: str, modifier: int, name: str, row: int, n: int) -> str | None:
    if type_name in INTEGERS:
        return str(n % 30000)
    if type_name in STRINGS:
        return _string(name, row, modifier - HEADER if modifier >= HEADER else 60)
    if type_name == "numeric":
        return _numeric(modifier, n)
    if type_name in ("bit", "varbit"):
        size = max(modifier, 1)
        return format(n % 2 ** min(size, 30), f"0{size}b")
    if type_name in ("vector", "halfvec"):
        return "[" + ",".join(str(n) for _ in range(max(modifier, 1))) + "]"
    known = _SIMPLE.get(type_name)
    return known(n) if known else None


def _string(name: str, row: int, longest: int) -> str:
    suffix = f"-{row + 1}"
    if longest < len(suffix) + 1:
        return f"{chr(97 + row % 26)}" if longest == 1 else f"{row + 1:02}"[-longest:]
    return name[: longest - len(suffix)] + suffix


def _numeric(modifier: int, n: int) -> str:
    """As many digits behind the point as there is room for, so that a lost one shows."""
    if modifier < HEADER:
        return f"{n}.4567"
    precision, scale = _precision(modifier)
    whole = n % 10 ** min(max(precision - scale, 0), 9)
    if scale <= 0:
        return str(whole * 10**-scale)
    fraction = "".join(str((n + i) % 9 + 1) for i in range(min(scale, precision)))
    return f"{whole}.{fraction.rjust(scale, '0')}"


def _precision(modifier: int) -> tuple[int, int]:
    """Precision and scale, from numeric's modifier; the scale may be negative (PostgreSQL 15)."""
    packed = modifier - HEADER
    return packed >> 16 & 0xFFFF, (packed & 0x7FF ^ 1024) - 1024


def _range(catalog: Catalog, oid: int, row: int, base: int) -> str | None:
    """Ranges of one column do not overlap, for the sake of exclusion constraints."""
    type_ = catalog.types[oid]
    if type_.kind == "m":
        inner = _range(catalog, type_.subtype, row, base)
        return None if inner is None else "{" + inner + "}"
    low, high = (_of_type(catalog, type_.subtype, -1, "a", row * 4 + more, base) for more in (0, 2))
    if low is None or high is None:
        return None
    low, high = sorted((low, high)) if catalog.types[type_.subtype].name in STRINGS else (low, high)
    return f"[{_in_quotes(low)},{_in_quotes(high)})"


def _in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _day(n: int) -> str:
    return (FIRST_DAY + timedelta(days=n % 3000)).isoformat()


def _digest(n: int) -> str:
    return hashlib.sha256(str(n).encode()).hexdigest()[:32]
