"""Which values of one type another one does not take."""

from __future__ import annotations

import re

INTEGERS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
"""One more than the largest value (PostgreSQL manual, "Numeric Types")."""

_TEXTS = ("text", "character varying", "character", "bpchar", "citext")
_NUMBERS = (*INTEGERS, "numeric", "real", "double precision")
_PARSED = (
    *("smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "uuid", "date"),
    *("timestamp", "timestamp with time zone", "timestamp without time zone", "time", "interval"),
    *("json", "jsonb", "inet", "cidr", "macaddr", "bytea"),
)
"""Types that a text may be no value of."""

INPUT_IS_VALID = 16
"""The major version from which `pg_input_is_valid()` exists."""


def refused(column: str, old: str, new: str, version: int | None) -> tuple[str, str] | None:
    """The values of `column` that a cast from `old` to `new` refuses: in words, and as a condition in SQL.

    None where none are known to be refused. Raises LookupError, with the reason, where that cannot be asked.
    """
    before, old_size = _parts(old)
    after, new_size = _parts(new)
    if after in ("character varying", "character") and new_size:
        widened = before in ("character varying", "character") and old_size and old_size[0] <= new_size[0]
        if widened:
            return None
        return (
            f"longer than {new_size[0]} characters",
            f"char_length(rtrim({column}::text, ' ')) > {new_size[0]}",
        )
    if before in _NUMBERS and after == "numeric" and new_size:
        return _digits(column, before, old_size, new_size)
    if before in _NUMBERS and after in INTEGERS:
        return _integers(column, before, after)
    if before in _TEXTS and after in _PARSED:
        if version is not None and version < INPUT_IS_VALID:
            raise LookupError(
                f"PostgreSQL {version} has no pg_input_is_valid() to ask whether a text is {new}"
            )
        return f"that are no {new}", f"NOT pg_input_is_valid({column}::text, '{new}')"
    return None


def _digits(column: str, before: str, old: tuple[int, ...], new: tuple[int, ...]) -> tuple[str, str] | None:
    whole, scale = new[0] - (new[1] if len(new) > 1 else 0), new[1] if len(new) > 1 else 0
    if before == "numeric" and old:
        had = old[0] - (old[1] if len(old) > 1 else 0)
        if had < whole or (had == whole and (old[1] if len(old) > 1 else 0) <= scale):
            return None
    if before in INTEGERS and 10**whole >= INTEGERS[before]:
        return None
    size = f"numeric({new[0]},{scale})"
    return f"out of the range of {size}", f"abs(round({column}::numeric, {scale})) >= 1e{whole}::numeric"


def _integers(column: str, before: str, after: str) -> tuple[str, str] | None:
    if before in INTEGERS and INTEGERS[before] <= INTEGERS[after]:
        return None
    largest = INTEGERS[after] - 1
    value = column if before in INTEGERS else f"round({column}::numeric)"
    return f"out of the range of {after}", f"{value} NOT BETWEEN -{largest + 1} AND {largest}"


def _parts(name: str) -> tuple[str, tuple[int, ...]]:
    """`numeric(10,2)` as `numeric` and (10, 2); an array as itself."""
    found = re.fullmatch(r"([a-z ]+?)(?:\(([-\d,]+)\))?( with(?:out)? time zone)?", name)
    if found is None:
        return name, ()
    size = tuple(int(part) for part in found[2].split(",")) if found[2] else ()
    return found[1] + (found[3] or ""), size
