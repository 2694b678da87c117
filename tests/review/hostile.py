"""Reviews that a stranger wrote: every string of the model may be anything."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from assay.review.model import Review, Source
from hypothesis import strategies as st

ATOMS = (
    "\n# HEADING\n", "\n\n# HEADING\n", "HEADING\n===\n", "HEADING\n---\n", "\n---\n", "\n***\n",
    "\n```\n# HEADING\n", "````", "```", "``", "`", "~~~", "\n~~~~\n", "|", "\\|", "\\", "\\\\", " | a | b |", "\n| --- |\n",
    "[x](https://evil.example)", "[x](javascript:alert(1))", "![x](https://evil.example/i.png)", "[x]: https://evil.example",
    "https://evil.example/a", "http://evil.example", "www.evil.example", "ftp://evil.example", "mailto:a@evil.example",
    "<https://evil.example>", "javascript:alert(1)", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "<!-- ", "-->", "</code>", "</summary>", "</details>", "<details open>", "<h1>HEADING</h1>", "&lt;b&gt;", "&#64;octocat",
    "@octocat", "(@octocat)", "@org/team", "a@b.example", "#123", "(#1)", "GH-1", "gh-22", "owner/repo#1", "owner/repo@deadbeef",
    "deadbeef", "0123456789abcdef0123456789abcdef01234567", "1234567", ":smile:", ":+1:", "::error::x", "\n::set-output name=a::b",
    "##[error]x", "$x$", "$$x$$", "**b**", "*", "_", "__b__", "~~s~~", "[^1]", "- ", "\n- item\n", "+ ", "1. ", "2) ", "\n> quote\n",
    "> [!NOTE]", "    code", "\n    code\n", "\t", "- [ ] task", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b[31m",
    "\r", "\r\n", "\x85", "\u2028", "\ud800", "\U0001f600", "é", "null", "", " ", "  ", "\xa0", "table companies", "column a.b", "index i",
)  # fmt: skip

TEXT = st.lists(st.one_of(st.sampled_from(ATOMS), st.text(max_size=4)), max_size=4).map("".join)
"""Mostly attacks, alone and together; lone surrogates too."""

SHA = st.from_regex(r"\A[0-9a-f]{40}\Z")


def values(kind: Any, named: str = "") -> st.SearchStrategy[Any]:
    """Any value of a type of the model."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return SHA
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of([values(each) for each in arguments])
    if origin is list:
        return st.lists(values(arguments[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=2)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind, include_extras=True)
        return st.builds(kind, **{name: values(hint) for name, hint in hints.items()})
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXT,
        int: st.integers(0, 10**9),
        float: st.floats(0, 1e9),
        bool: st.booleans(),
        type(None): st.none(),
    }
    return simple[kind]


TRUSTED = Source(
    server_url="https://github.com",
    repository="owner/name",
    pull=7,
    base_ref="main",
    base_commit="b" * 40,
    head_commit="a" * 40,
    run_url="https://github.com/owner/name/actions/runs/1",
)


def reviews(source: Source | None = TRUSTED) -> st.SearchStrategy[Review]:
    """Any review; with a source of our own, as its poster sets it, or (None) with a stranger's."""
    found: st.SearchStrategy[Review] = values(Review)
    return (
        found if source is None else found.map(lambda review: msgspec.structs.replace(review, source=source))
    )
