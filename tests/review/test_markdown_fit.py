"""What is too long is cut in a sensible order, said where it was, and leaves no broken piece behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from assay.report.documents import LockDocument, VerdictDocument
from assay.review import markdown
from assay.review.markdown import COMMENT_CHARACTERS, RESERVED, SUMMARY_BYTES
from assay.review.markdown import findings as sections
from assay.review.markdown.fit import Lazy, Part, fitted, size
from assay.review.model import Question, Review, SchemaChange, Source

from tests.review import documents as make
from tests.review.hostile import TRUSTED
from tests.review.page import Page

LEFT_OUT = re.compile(r"^> ✂️ Left out to fit GitHub's limit: (.+?); ", re.MULTILINE)


def large(revisions: int = 60, sql: int = 2_000, findings: int = 20, source: Source = TRUSTED) -> Review:
    """Many revisions; the later, the larger."""
    names = [f"{n:04}" for n in range(1, revisions + 1)]
    return make.review(
        source=source,
        verdict=VerdictDocument("fail", "error", findings, 0, 0),
        history=make.history(*(make.node(name) for name in names)),
        schema=make.schema(
            *(make.table(f"t{name}", make.column("a", mark="added")) for name in names),
            changes=[SchemaChange(kind="column", name=f"t{n}.a", table=f"t{n}", mark="added", renamed_from=None, ddl=f"ALTER TABLE t{n} ADD COLUMN a text") for n in names],
        ),
        revisions=[revision(name, "x" * (sql + 100 * n)) for n, name in enumerate(names)],
        findings=[make.finding(message=f"Finding {n}.") for n in range(findings)],
        preflight=[Question(revision=n, path=make.PATH, line=9, title=f"t{n} holds NULL", sql="SELECT 1", expected="0", why=None) for n in names],
    )  # fmt: skip


def revision(name: str, sql: str):  # type: ignore[no-untyped-def]
    return make.revision(name, make.statement(sql, effect=make.effect(make.lock(f"t{name}"))))


def left_out(text: str) -> list[str]:
    return LEFT_OUT.findall(text)


def test_a_comment_is_full_and_no_fuller() -> None:
    text = markdown.render(large())
    assert COMMENT_CHARACTERS == 65_536
    assert COMMENT_CHARACTERS - RESERVED - 6_000 < size(text) <= COMMENT_CHARACTERS - RESERVED


def test_a_summary_holds_more() -> None:
    whole = markdown.render(large(), limit=SUMMARY_BYTES)
    assert SUMMARY_BYTES == 1_048_576
    assert size(whole) > COMMENT_CHARACTERS
    assert left_out(whole) == []
    assert size(markdown.render(large(sql=40_000), limit=SUMMARY_BYTES)) <= SUMMARY_BYTES


def test_at_the_edge_nothing_is_cut_and_a_byte_below_it_something_is() -> None:
    whole = markdown.render(large(3), limit=SUMMARY_BYTES)
    assert markdown.render(large(3), limit=size(whole)) == whole
    less = markdown.render(large(3), limit=size(whole) - 1)
    assert left_out(less) == ["the SQL of `0003`"]
    assert size(less) < size(whole)


def test_the_sql_of_the_largest_revisions_goes_first() -> None:
    text = markdown.render(large(20, sql=4_000))
    kept = re.findall(r"<summary><code>(\d+)</code>", text)
    assert kept == [f"{n:04}" for n in range(1, len(kept) + 1)], "the later ones are the larger ones"
    first = [f"`{n:04}`" for n in range(len(kept) + 1, len(kept) + 4)]
    assert left_out(text) == [f"the SQL of {', '.join(first)} and {17 - len(kept)} more"]
    assert "the report of [the workflow run](https://github.com/owner/name/actions/runs/1) has it all" in text


ORDER = ("the SQL of", "questions", "the diagram", "tables", "revisions", "locks", "findings")


@pytest.mark.parametrize("limit", [66_000, 46_000, 36_000, 25_000, 17_000, 10_500, 3_500])
def test_the_order_in_which_it_is_cut(limit: int) -> None:
    text = markdown.render(large(sql=100), limit=limit)
    gone = {what for what in ORDER if any(what in each for each in left_out(text))}
    assert gone == set(ORDER[: len(gone)])
    assert size(text) <= limit
    assert text.startswith("## ⛔ Do not merge\n\n**20 errors (table-rewrite)")


def test_everything_can_be_cut_but_the_verdict() -> None:
    assert len(left_out(markdown.render(large(sql=100), limit=3_500))) == 10, "three diagrams among them"


@pytest.mark.parametrize("limit", [3_000, 5_000, 9_999, 20_000, 40_000, 64_512])
def test_no_fence_and_no_fold_stays_open(limit: int) -> None:
    review = large(sql=300)
    for each in review.revisions:
        each.statements[0].sql += "\n```\n# HEADING\n</details>\n````"
    text = markdown.render(review, limit=limit)
    page = Page(text)
    assert not [heading for heading in page.headings() if "HEADING" in heading]
    assert len(page.of("hr")) == 1, "the foot is read as what it is"
    assert text.count("\n<details>") + text.count("  <details>") == len(re.findall("^ *</details>$", text, re.M)) - sum(
        "</details>" in token.content for token in page.of("fence")
    )  # fmt: skip


HUGE = "@`|<é" * 20_000


def test_the_longest_names_leave_the_verdict_and_fit() -> None:
    review = make.review(
        source=TRUSTED,
        verdict=VerdictDocument("fail", "error", 20, 0, 0),
        notes=[HUGE] * 3,
        servers=[HUGE] * 8,
        history=make.history(*(make.node(f"{n}{HUGE}") for n in range(20))),
        revisions=[make.revision(f"{n}{HUGE}", make.statement(HUGE, effect=make.effect(lock()))) for n in range(9)],
        findings=[make.finding(HUGE, message=HUGE, advice=f"{HUGE}\n{HUGE}") for _ in range(9)],
    )  # fmt: skip
    review.history.heads_before = [HUGE] * 20
    review.history.heads_after = [HUGE] * 20
    review.source.base_ref = HUGE
    review.schema.problem = HUGE
    text = markdown.render(review)
    assert size(text) <= COMMENT_CHARACTERS - RESERVED
    assert text.startswith("## ⛔ Do not merge\n\n**20 errors")


def lock() -> LockDocument:
    return make.lock(HUGE)


def test_parts_are_cut_from_their_end_or_the_largest_first() -> None:
    def said(gone: object) -> str:
        return f"({len(gone)} gone)"  # type: ignore[arg-type]

    last = Part("A", ["one", "two", "three is a long one"], rank=2, left_out=said)
    large_first = Part("B", ["1", "22222222222222222222", "3"], rank=1, left_out=said, largest_first=True)
    assert (
        fitted([last, large_first], 1_000)
        == "A\none\ntwo\nthree is a long one\n\nB\n1\n22222222222222222222\n3\n"
    )
    assert fitted([last, large_first], 54) == "A\none\ntwo\nthree is a long one\n\nB\n1\n3\n\n(1 gone)\n"
    assert fitted([last, large_first], 36) == "A\none\ntwo\n\n(1 gone)\n\nB\n\n(3 gone)\n"


def test_a_limit_counts_bytes() -> None:
    assert size("é😀a") == 7


def many(findings: int = 156, advice: str = "Build it CONCURRENTLY.\n\n    {}\n") -> Review:
    """Sixty revisions, and the advice of one rule again and again."""
    review = large(60, sql=200, findings=0)
    review.findings = [
        make.finding(message=f"Finding {n} of a revision that does much.", advice=advice.format(str(n) * 300))
        for n in range(findings)
    ]
    return review


def test_every_section_keeps_some_rows_where_one_rule_says_much() -> None:
    text = markdown.render(many(advice="Build it CONCURRENTLY.\n\n    " + "x" * 600))
    assert text.count("Build it CONCURRENTLY.") == 1, "the same advice is told once"
    assert len(re.findall(r"Finding \d+ of", text)) == 156
    assert "| 🆕 new | `0001`" in text
    assert "**Table `t0001`** changed" in text
    assert "<summary><code>0001</code>" in text


def test_repeated_advice_goes_before_anything_else() -> None:
    text = markdown.render(many())
    assert text.count("Build it CONCURRENTLY.") == 1, "the rule's first"
    assert len(re.findall(r"Finding \d+ of", text)) == 156
    assert not [each for each in left_out(text) if "findings" in each]
    assert markdown.render(many(), SUMMARY_BYTES).count("Build it CONCURRENTLY.") == 156


@pytest.mark.parametrize("limit", [9_000, 20_000, 40_000])
def test_no_table_is_left_without_rows(limit: int) -> None:
    for review in (many(), large(sql=100)):
        text = markdown.render(review, limit)
        assert re.search(r"^\|[ -:|]+\|\n(?!\|)", text, re.MULTILINE) is None
        assert len(re.findall(r"^- .*\*\*error\*\*", text, re.MULTILINE)) >= 8


def test_the_same_finding_is_told_once_with_its_places() -> None:
    review = make.review(source=TRUSTED, findings=[make.finding(line=n) for n in range(1, 12)])
    text = markdown.render(review)
    assert "### 11 findings" in text
    assert text.count("ALTER TABLE rewrites companies.") == 1
    assert f"[`{make.PATH}:8`]" in text
    assert f"[`{make.PATH}:9`]" not in text
    assert " and 3 more times\\\n" in text


def test_what_cannot_fit_is_not_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = sections._finding

    def counted(*given: Any) -> str:
        calls.append(given)
        return real(*given)

    monkeypatch.setattr(sections, "_finding", counted)
    text = markdown.render(large(2, findings=30_000))
    assert "30,000 findings" in text
    assert 100 < len(calls) < 1_500, "each has some 100 bytes, and is made once or twice"


def test_items_are_asked_for_until_they_do_not_fit() -> None:
    asked: list[int] = []

    def made(n: int) -> str:
        asked.append(n)
        return "x" * 9

    items = Lazy(range(100_000), made)
    assert size(fitted([Part("A", items, rank=1, left_out=lambda gone: f"{len(gone)} gone")], 1_000)) <= 1_000
    assert len(asked) <= 202
