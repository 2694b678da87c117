"""Which values of one type another one does not take."""

from __future__ import annotations

import re

from assay.preflight.texts import PARSED, is_no_input, is_no_integer, is_no_numeric, is_no_value

INTEGERS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
"""One more than the largest value (PostgreSQL manual, "Numeric Types")."""

_TEXTS = ("text", "character varying", "character", "bpchar", "citext")
_NUMBERS = (*INTEGERS, "numeric", "real", "double precision")


def refused(column: str, old: str, new: str) -> tuple[str, str] | None:
    """The values of `column` that a cast from `old` to `new` refuses: in words, and as a condition in SQL.

    None where none are known to be refused.
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
    if before in _TEXTS and after in PARSED:
        return f"that are no {new}", _unparsed(f"{column}::text", after, new, new_size)
    return None


def _unparsed(text: str, after: str, new: str, size: tuple[int, ...]) -> str:
    """The condition that a text is no value of the type."""
    if after in INTEGERS:
        return is_no_integer(text, INTEGERS[after])
    if after == "numeric":
        return is_no_numeric(text, _too_large(*_whole(size)) if size else "")
    return is_no_value(text, new) or is_no_input(text, new)


def _whole(size: tuple[int, ...]) -> tuple[int, int]:
    """Digits before and behind the point."""
    scale = size[1] if len(size) > 1 else 0
    return size[0] - scale, scale


def _too_large(whole: int, scale: int) -> str:
    """That a number, `{}`, has too many digits; NaN fits into every numeric."""
    return f"abs(round(nullif({{}}, 'NaN'), {scale})) >= 1e{whole}::numeric"


def _digits(column: str, before: str, old: tuple[int, ...], new: tuple[int, ...]) -> tuple[str, str] | None:
    whole, scale = _whole(new)
    if before == "numeric" and old:
        had, had_scale = _whole(old)
        if had < whole or (had == whole and had_scale <= scale):
            return None
    if before in INTEGERS and 10**whole >= INTEGERS[before]:
        return None
    size = f"numeric({new[0]},{scale})"
    return f"out of the range of {size}", _too_large(whole, scale).format(f"{column}::numeric")


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
