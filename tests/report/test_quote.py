"""The caret stands under what is meant, whatever stands before it."""

from __future__ import annotations

import pytest
from assay.report._quote import Quote, quote

CASES = {
    "column": ("abc def", 5, 80, "abc def", "    ^"),
    "whole line": ("    abc  ", None, 80, "    abc", "    ^^^"),
    "tab": ("\tab", 2, 80, "    ab", "    ^"),
    "tab in the middle": ("a\tb", 3, 80, "a   b", "    ^"),
    "wide": ("表表x", 3, 80, "表表x", "    ^"),
    "combining": ("e\u0301x", 3, 80, "e\u0301x", " ^"),
    "control": ("\x1bx", 2, 80, "\\x1bx", "    ^"),
    "right-to-left mark": ("\u202ex", 2, 80, "\\u202ex", "      ^"),
    "after the end": ("ab", 9, 80, "ab", "  ^"),
    "before the start": ("ab", 0, 80, "ab", "^"),
    "too long": ("x" * 30, 2, 20, "x" * 14 + "...", " ^"),
    "too long, far right": ("a" * 50 + "b" + "c" * 50, 51, 20, "...aaabcccccccccc...", "      ^"),
    "too long, the end": ("a" * 50 + "b", 51, 20, "...aaaaaaaaaaaaab", "                ^"),
}


@pytest.mark.parametrize(("line", "column", "width", "code", "carets"), CASES.values(), ids=CASES)
def test_quote(line: str, column: int | None, width: int, code: str, carets: str) -> None:
    assert quote(line, column, width) == Quote(code, carets)
