"""200 revisions of 30 statements: as small and as quick as it must be to be opened at all."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from assay.review.html import code, render

from tests.review import documents as doc

from . import samples
from .conftest import Opener

Record = Callable[[str, object], None]
LARGEST_BYTES = 6 * 1024**2


@pytest.fixture(scope="module")
def large() -> tuple[str, float]:
    """The page, and the seconds that it took."""
    start = time.perf_counter()
    return render(samples.large()), time.perf_counter() - start


def test_the_page_of_6000_statements_is_small(large: tuple[str, float], record_property: Record) -> None:
    page, seconds = large
    record_property("seconds", seconds)
    assert len(page.encode()) < LARGEST_BYTES
    assert page.count('<li id="s') == 6000


def test_the_page_of_6000_statements_can_be_used(
    show: Opener, large: tuple[str, float], record_property: Record
) -> None:
    opened = show(large[0])
    timing = opened.at("performance.getEntriesByType('navigation')[0].toJSON()")
    record_property("milliseconds until interactive", timing["domInteractive"])
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("amount_0150_7 ")
    opened.page.locator("#search-count", has_text="1").wait_for()
    opened.page.keyboard.press("Enter")
    assert opened.at("document.querySelector('#s149-7').getBoundingClientRect().height") > 0
    assert opened.trouble == []


def test_a_huge_statement_is_cut_and_said_to_be() -> None:
    huge = "SELECT '" + "x" * 5_000_000 + "'"
    page = render(doc.review(revisions=[doc.revision("0002", doc.statement(huge))]))
    assert len(page) < 200_000
    assert f"{len(huge) - code.STATEMENT_CHARACTERS:,} more characters are in the JSON document" in page


def test_a_statement_at_the_limit_is_whole() -> None:
    sql = "SELECT " + "1" * (code.STATEMENT_CHARACTERS - 7)
    for text, cut in ((sql, False), (sql + "1", True)):
        page = render(doc.review(revisions=[doc.revision("0002", doc.statement(text))]))
        assert ("more characters" in page) is cut


def test_many_large_statements_share_what_there_is() -> None:
    limit = code.fair_limit([100] * 1000 + [50_000] * 1000)
    assert limit == (code.ALL_CHARACTERS - 100 * 1000) // 1000
    assert code.fair_limit([10**6] * 10**5) == code.LEAST_CHARACTERS
    assert code.fair_limit([]) == code.fair_limit([5, 6]) == code.STATEMENT_CHARACTERS
    assert code.fair_limit([code.STATEMENT_CHARACTERS] * 100) == code.STATEMENT_CHARACTERS
