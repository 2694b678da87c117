"""Which texts are no value of a type, asked in a way that every server understands.

`pg_input_is_valid()` answers for any type and exists from PostgreSQL 16 on; for the commonest types a
regular expression says the same on every version.
"""

from __future__ import annotations

from assay.preflight.grammar import literal

INPUT_IS_VALID = 16
"""The major version from which `pg_input_is_valid()` exists (release notes, E.1.3.5)."""

PARSED = (
    *("smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "uuid", "date"),
    *("timestamp", "timestamp with time zone", "timestamp without time zone", "time", "interval"),
    *("json", "jsonb", "inet", "cidr", "macaddr", "bytea"),
)
"""Types that a text may be no value of."""

_SPACE = r"[ \t\n\r\f\v]*"
_GROUP = "[0-9a-f]{4}"
_UUID = f"{_GROUP}(-?{_GROUP}){{7}}"

_SHAPES = {
    "boolean": f"^{_SPACE}(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0){_SPACE}$",
    "uuid": f"^({_UUID}|[{{]{_UUID}[}}])$",
}
"""Every text that is a value, in any case (PostgreSQL's parse_bool_with_len and string_to_uuid)."""

_DIGITS, _DIGITS_16 = "[0-9]+", "[0-9](_?[0-9])*"
_BASES = "0x(_?[0-9a-f])+|0o(_?[0-7])+|0b(_?[01])+"
_INTEGER = f"^{_SPACE}[-+]?{_DIGITS}{_SPACE}$"
_INTEGER_16 = f"^{_SPACE}[-+]?({_BASES}|{_DIGITS_16}){_SPACE}$"


def _decimal(digits: str, bases: str = "") -> str:
    number = f"({digits}[.]?({digits})?|[.]{digits})(e[-+]?[0-9]{{1,4}})?"
    return f"^{_SPACE}(nan|[-+]?({bases}{number})){_SPACE}$"


_NUMERIC, _NUMERIC_16 = _decimal(_DIGITS), _decimal(_DIGITS_16, f"{_BASES}|")
"""Finite numbers and NaN; PostgreSQL 16 brought other bases and `1_000`."""

_INFINITY = f"^{_SPACE}[-+]?inf(inity)?{_SPACE}$"


def is_no_value(text: str, type_name: str) -> str | None:
    """The condition, for every server, that a text (SQL) is no value of one of `_SHAPES`; else None."""
    shape = _SHAPES.get(type_name)
    return None if shape is None else f"{text} !~* {literal(shape)}"


def is_no_integer(text: str, limit: int) -> str:
    """That it is none from -`limit` up to below `limit`."""
    bounds = f"({text})::numeric NOT BETWEEN -{limit} AND {limit - 1}"
    return _case(text, _either(_INTEGER, _INTEGER_16), bounds)


def is_no_numeric(text: str, wrong: str) -> str:
    """That it is no number, or one of which `wrong` (a condition on `{}`, the number) holds."""
    rest = "true" if wrong else f"{text} !~* {literal(_INFINITY)}"
    return _case(text, _either(_NUMERIC, _NUMERIC_16), wrong.format(f"({text})::numeric") or "false", rest)


def is_no_input(text: str, type_name: str) -> str:
    """That it is no value of any type, for servers that have the function."""
    return f"NOT pg_input_is_valid({text}, {literal(type_name)})"


def _either(before: str, since: str) -> str:
    modern = f"current_setting('server_version_num')::int >= {INPUT_IS_VALID}0000"
    return f"CASE WHEN {modern} THEN {literal(since)} ELSE {literal(before)} END"


def _case(text: str, shape: str, wrong: str, otherwise: str = "true") -> str:
    """CASE keeps PostgreSQL from casting what does not have the shape."""
    return f"{text} IS NOT NULL AND CASE WHEN {text} ~* {shape} THEN {wrong} ELSE {otherwise} END"
