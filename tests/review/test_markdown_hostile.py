"""Whatever stands in a review's strings, its page is ours: read with a real parser of Markdown."""

from __future__ import annotations

import re

import pytest
from assay._clean import clean_character
from assay.review import markdown
from assay.review.markdown.escape import code, details, fence, html_code, text
from assay.review.model import Review
from assay.review.text import render as text_of
from hypothesis import HealthCheck, given, settings

from tests.review.hostile import ATOMS, TEXT, reviews
from tests.review.page import ACTIVE, STEERING, SUMMARY, Page

HEADINGS = re.compile(
    r"(⛔|⚠️|✅|⚪) (Do not merge|Look before you merge|Safe to merge|Nothing to migrate)"
    r"|\d+ (finding|waived finding)s?|History: \d+ revisions? changed|Pending after the merge"
    r"|Schema(: \d+ objects? changed)?|Locks|Way back|SQL|Pre-flight|Notes"
)
OURS = "https://github.com/owner/name/"
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(MANY, max_examples=40)
"""Whole reviews take their time to make."""


def check(page: Page, headings: int | None = None) -> None:
    """Nothing in it does anything that we did not put there."""
    assert [each for each in page.headings() if not HEADINGS.fullmatch(each)] == []
    assert [t for t in page.inline() if t.type == "image"] == []
    assert [t.content for t in page.of("html_block") if not SUMMARY.fullmatch(t.content)] == []
    assert {t.content for t in page.inline() if t.type == "html_inline"} <= {"<code>", "</code>"}
    assert ACTIVE.search(page.prose()) is None
    assert [(columns, pipes) for columns, pipes in page.rows() if pipes != columns + 1] == []
    assert page.of("code_block") == []
    assert page.of("ordered_list_open") == []
    assert all(token.level <= 2 for token in page.of("bullet_list_open"))
    assert {t.type for t in page.inline()} <= {
        "block_end", "text", "text_special", "code_inline", "html_inline", "link_open", "link_close",
        "strong_open", "strong_close", "em_open", "em_close", "softbreak", "hardbreak",
    }  # fmt: skip


@SOME
@given(reviews())
def test_no_string_of_a_review_does_anything(review: Review) -> None:
    rendered = markdown.render(review)
    page = Page(rendered)
    check(page)
    assert [link for link in page.links() if not link.startswith(OURS)] == []
    assert STEERING.search(rendered) is None
    assert len(page.of("hr")) == 1
    assert re.search(r"^\s*::|##\[", rendered, re.MULTILINE) is None, "nor is it a command in a log"
    rendered.encode()


@SOME
@given(reviews(source=None))
def test_nor_does_a_strangers_source(review: Review) -> None:
    page = Page(markdown.render(review))
    check(page)
    assert page.links() == [], "no such server and repository is one"


@SOME
@given(reviews())
def test_nor_on_a_terminal(review: Review) -> None:
    told = text_of(review)
    assert STEERING.search(told) is None
    assert re.search(r"^\s*::", told, re.MULTILINE) is None, "nor is it a command in a log"


@MANY
@given(TEXT)
def test_a_sentence_stays_one_in_any_place(value: str) -> None:
    for place in ("{}", "- {}", "**{}**", "| a | b |\n| --- | --- |\n| {} | x |", "> {}"):
        page = Page(place.format(text(value)))
        check(page)
        assert page.links() == []


@MANY
@given(TEXT)
def test_code_is_exactly_what_it_says(value: str) -> None:
    for made in (code(value), html_code(value)):
        check(Page(f"| a | b |\n| --- | --- |\n| {made} | x |"))
        said = Page(f"| {made} |\n| --- |").inline()
        shown = "".join(t.content for t in said if t.type in ("code_inline", "text", "text_special"))
        assert shown.strip() == "".join(map(clean_character, value)).strip()


@MANY
@given(TEXT)
def test_a_block_ends_where_it_ends(value: str) -> None:
    page = Page(f"{fence('sql', value)}\n\n{details(html_code(value), fence('text', value))}\n\nend")
    check(page)
    assert len(page.of("fence")) == 2
    assert page.prose().strip() == "end"


@pytest.mark.parametrize(
    ("value", "shown"),
    {
        "words": ("Rewrites companies.", "Rewrites companies."),
        "names": ("drops lost_value of *t*", "drops lost\\_value of \\*t\\*"),
        "code": ("Run `assay check` first", "Run `assay check` first"),
        "code with a pipe": ("`a|b` is", "<code>a&#124;b</code> is"),
        "a mention": ("ask @octocat, please", "ask `@octocat`, please"),
        "a mention in brackets": ("who (\"@octocat\")? He", "who (\"`@octocat`\")? He"),
        "a call": ("Write op.f('a#1').", "Write `op.f('a#1')`."),
        "nothing but punctuation": ("see #.", "see `#`."),
        "a reference": ("fixes #12 and GH-7", "fixes `#12` and `GH-7`"),
        "another's": ("see owner/repo#1", "see `owner/repo#1`"),
        "a commit": ("since deadbeef01", "since `deadbeef01`"),
        "an address": ("at https://x.example/a", "at `https://x.example/a`"),
        "an address without a scheme": ("at www.x.example", "at `www.x.example`"),
        "a shortcode": ("good :smile:", "good `:smile:`"),
        "HTML": ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        "a list": ("1. first", "1\\. first"),
        "another list": ("- first", "\\- first"),
        "lines": ("one\ntwo", "one two"),
        "right to left": ("a\u202eb", "`a\\u202eb`"),
        "a formula": ("$x$", "&#36;x&#36;"),
    }.values(),
)  # fmt: skip
def test_how_a_sentence_is_written(value: str, shown: str) -> None:
    assert text(value) == shown


def test_every_attack_is_shown() -> None:
    assert len(ATOMS) > 80
