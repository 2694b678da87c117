"""Values worth trying in a column that conditions are about: plain ones first, then what they hint at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from assay.scratch.seeding import literals, patterns
from assay.scratch.seeding.catalog import Catalog, Column
from assay.scratch.seeding.values import DATES, INTEGERS, NUMBERS, STRINGS, element_list, fits, length, value

PLAIN = 8
"""Plain values tried first."""
MOST = 120
"""Candidates of one column."""
LONGEST = 2000
"""Characters of a string made as long as a condition asks for."""
SAMPLES = 4
"""Strings for each pattern."""
USUAL_NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "5",
    "10",
    "50",
    "99",
    "100",
    "-1",
    "0.5",
    "0.25",
    "1000",
    "2024",
    "100000",
)
USUAL_STRINGS = (
    *("abc", "abd", "abe", "ABC", "ABD", "ABE", "a", "b", "c", "A", "B", "C", "123", "124", "125", "12345"),
    *("en", "de", "fr", "US", "DE", "FR", "USD", "EUR", "active", "a1@example.com", "a2@example.com"),
    *("https://example.com/1", "https://example.com/2", "2021-03-04", "+15550100", "+15550101"),
    *("#aabbcc", "1.2.3", "/a", "/b"),
)
USUAL_DAYS = ("2021-03-01", "2021-12-31", "2000-01-01", "2099-01-01", "2099-01-02", "1970-01-01")
USUAL_HOURS = ("01:02:03.4", "12:34:56.7", "23:45:06.7")
USUAL_JSON = ('{"a": 1}', "[]", "[1]", '["a"]', "{}", '"a"', "1", "true")


def candidates(catalog: Catalog, column: Column, expressions: Iterable[str]) -> list[str]:
    """At most `MOST` texts, each of which the column's type can read; all different."""
    type_ = catalog.types[column.type]
    plain = [v for n in range(PLAIN) if (v := value(catalog, column, n)) is not None]
    if type_.is_array:
        found: Iterable[str] = _arrays(catalog, column, plain, list(expressions))
    elif type_.kind == "e":
        found = type_.labels
    else:
        found = _hinted(catalog, column, list(expressions), type_.name)
    return list(dict.fromkeys([*plain, *found]))[:MOST]


def _hinted(catalog: Catalog, column: Column, expressions: list[str], name: str) -> Iterator[str]:
    for expression in expressions:
        if name in NUMBERS:
            yield from _numbers(catalog, column, expression, name in INTEGERS)
        elif name in DATES:
            yield from _days(expression)
        elif name in STRINGS:
            yield from (s for s in _strings(catalog, column, expression) if fits(catalog, column, s))
        elif name in ("json", "jsonb"):
            keys = [s for s in literals.strings(expression) if not s.startswith(("{", "["))]
            yield from USUAL_JSON
            for inner in ('"a"', "1", "[]", "{}", "true"):
                yield "{" + ", ".join(f'"{_plain(k)}": {inner}' for k in dict.fromkeys(keys)) + "}"
        elif name == "interval":
            yield from ("0", "1 second", "1 minute", "1 hour", "1 day", "1 month", "1 year")
        elif name in ("time", "timetz"):
            yield from ("00:00", "08:00", "09:00", "12:00", "17:00", "18:00", "23:59")
        elif name == "bytea":
            lengths = [int(n) for n in literals.numbers(expression) if n.isdigit() and int(n) <= LONGEST]
            yield from (f"\\x{'0a' * (size + more)}" for size in lengths for more in (0, 1) if size)


def _numbers(catalog: Catalog, column: Column, expression: str, whole: bool) -> Iterator[str]:
    """Each literal, and what lies on both sides of it, nearest first."""
    given = [Decimal(n) for n in literals.numbers(expression)]
    steps = [Decimal(step) for step in ("0", "1", "-1", "2", "-2", "0.5", "-0.5")]
    every = [number + step for step in steps for number in given] + [Decimal(n) for n in USUAL_NUMBERS]
    for number in every:
        text = format(number, "f")
        if (not whole or number == int(number)) and fits(catalog, column, text):
            yield str(int(number)) if whole else text


def _days(expression: str) -> Iterator[str]:
    for text in literals.strings(expression):
        with suppress(ValueError, OverflowError):
            day = date.fromisoformat(text[:10])
            for days in (0, 1, 2, 3, 30, -1, -30):
                yield (day + timedelta(days=days)).isoformat() + text[10:]
        moment = re.fullmatch(r"(\S{10}) [\d:.]{8,}(.*)", text)
        if moment:
            yield from (
                f"{moment[1]} {hour}{moment[2]}" for hour in ("01:02:03.4", "12:34:56.7", "23:45:06.7")
            )
    yield from USUAL_DAYS


def _strings(catalog: Catalog, column: Column, expression: str) -> Iterator[str]:
    for operator, pattern in literals.patterns(expression):
        sample = patterns.like if operator.startswith("~~") else patterns.regex
        yield from (s for seed in range(SAMPLES) if (s := sample(pattern, seed)) is not None)
    yield from (s for s in literals.strings(expression) if not s.startswith("{"))
    for size in literals.numbers(expression):
        with suppress(InvalidOperation, ValueError):
            for wanted in (int(size), int(size) - 1, int(size) + 1):
                if 0 < wanted <= LONGEST:
                    yield from (letter * wanted for letter in "abA1")
    longest = length(catalog, column)
    if longest is not None and longest <= LONGEST:
        yield from ("a" * longest, "A" * longest)
    yield from USUAL_STRINGS


def _arrays(catalog: Catalog, column: Column, plain: list[str], expressions: list[str]) -> Iterator[str]:
    """Arrays of one to three candidates of the element's type, and of as many as a condition says."""
    inner = Column(
        column.name,
        column.number,
        catalog.types[column.type].element,
        column.modifier,
        True,
        False,
        False,
        False,
    )
    elements = candidates(catalog, inner, expressions)
    sizes = {int(n) for e in expressions for n in literals.numbers(e) if n.isdigit() and int(n) <= LONGEST}
    for size in sorted({1, 2, 3, *sizes} - {0}):
        yield from (
            element_list([*(elements[n:] + elements[:n])[:size]]) for n in range(min(4, len(elements)))
        )
    yield from (element_list([element]) for element in elements)
    yield "{}"
    yield from plain


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
