"""The guesses: strings for patterns, literals of expressions."""

from __future__ import annotations

import re

import pytest
from assay.scratch.seeding import literals, patterns

REGEXES = (
    r"^[A-Z]{3}$", r"^\d{4}-\d{2}$", r"^(red|green)$", r"^[a-z0-9]+(-[a-z0-9]+)*$", r"^#[0-9a-fA-F]{6}$", r"^a?b*c+.$",
    r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", r"^(?:x|y)z?$", r"^[]a]b$", r"^[\w.-]+$", r"\Ax{2,3}\Z", r"^\+?[1-9]\d{1,14}$", "", "x",
    r"^(?=a)a$", r"^a{0}b$",
)  # fmt: skip


@pytest.mark.parametrize("pattern", REGEXES)
def test_regex(pattern: str) -> None:
    found = [patterns.regex(pattern, seed) for seed in range(4)]
    assert all(text is not None and re.search(pattern.replace(r"\Z", "$"), text) for text in found), found


def test_named_classes() -> None:
    assert re.fullmatch(r"[A-Z]\d", patterns.regex("^[[:upper:]][[:digit:]]$", 0) or "")


@pytest.mark.parametrize("pattern", ["(", "[a", "a)", "\\"], ids=str)
def test_a_regex_beyond_us(pattern: str) -> None:
    assert patterns.regex(pattern, 0) is None


def test_samples_differ() -> None:
    assert len({patterns.regex("^[a-z]{3}$", seed) for seed in range(4)}) == 4
    assert patterns.like("a%b_\\%", 1) == "ax1bb%"


def test_literals() -> None:
    expression = (
        "((a > '-5'::integer) AND (b = ANY (ARRAY['x'::text, 'it''s'::text])) AND (c <> - 7) AND (d < 1.5))"
    )
    assert literals.strings(expression) == ["-5", "x", "it's"]
    assert literals.numbers(expression) == ["-5", "-7", "1.5"]
    assert literals.strings("a = '{x,\"y\"}'::text[]") == ['{x,"y"}', "x", "y"]
    assert literals.mentioned("\"a b\" > c AND 'd' = e", {"a b", "c", "d"}) == {"a b", "c"}
    assert (
        literals.with_value("(VALUE > 0) AND (VALUE <> 'VALUE')", 'x"')
        == '("x""" > 0) AND ("x""" <> \'VALUE\')'
    )
    assert list(literals.patterns("(a ~ '^x$'::text) AND (b !~ 'no') AND (c ~~* 'y%')")) == [
        ("~", "^x$"),
        ("~~*", "y%"),
    ]
