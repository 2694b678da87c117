"""The report by keyboard alone."""

from __future__ import annotations

import pytest

from . import samples
from .conftest import Opened, Opener


@pytest.fixture
def report(show: Opener) -> Opened:
    return show(samples.small(), reduced_motion="reduce")


def test_the_first_stop_leads_past_the_navigation(report: Opened) -> None:
    report.page.keyboard.press("Tab")
    assert report.focused() == "skip"
    report.page.keyboard.press("Enter")
    assert report.focused() == "main"


def test_every_stop_can_be_seen(report: Opened) -> None:
    """Tab through all of it: each stop has an outline, is on the screen, and the walk comes to its end."""
    seen = []
    for _ in range(200):
        report.page.keyboard.press("Tab")
        if report.at("document.activeElement === document.body"):
            break
        seen.append(report.focused())
        told = report.at(
            """(() => { const e = document.activeElement, r = e.getBoundingClientRect();
            const o = getComputedStyle(e), c = e.closest(".chip");
            return [o.outlineStyle !== "none" || (c && getComputedStyle(c).outlineStyle !== "none"),
            r.bottom > 0 && r.top < innerHeight]; })()"""
        )
        assert told == [True, True], seen[-1]
    assert "search" in seen
    assert "theme" in seen
    assert len(seen) > 40


def test_a_slash_goes_to_the_search_and_escape_leaves_it(report: Opened) -> None:
    report.page.keyboard.press("/")
    assert report.focused() == "search"
    report.page.keyboard.type("a/b")
    assert report.page.locator("#search").input_value() == "a/b"
    report.page.keyboard.press("Escape")
    assert report.page.locator("#search").input_value() == ""
    assert report.at("document.activeElement === document.body")


def test_the_timeline_is_one_stop_and_the_arrows_go_through_it(report: Opened) -> None:
    assert report.at("document.querySelectorAll('.timeline a[tabindex=\"0\"]').length") == 1
    report.page.locator(".timeline a").first.focus()
    walked = []
    for key in (
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
        "Home",
        "ArrowDown",
        "ArrowDown",
        "ArrowRight",
        "ArrowUp",
    ):
        report.page.keyboard.press(key)
        walked.append(" ".join(str(report.at("document.activeElement.textContent")).split()))
    assert walked == [
        "line 14",
        "line 19",
        "line 24 unproven",
        "line 9",
        "reads + writes",
        "reads + writes rewrite 5 min",
        "only DDL scan 69 s",
        "reads + writes",
    ]
    peek = report.page.locator(".timeline .peek").first
    assert "AccessExclusiveLock on companies" in str(peek.text_content())
    assert "ALTER TABLE companies ADD COLUMN currency text" in str(peek.text_content())


def test_enter_on_a_lock_goes_to_its_statement(report: Opened) -> None:
    report.at("document.querySelectorAll('details').forEach((details) => { details.open = false })")
    report.page.locator(".timeline tbody a").first.focus()
    report.page.keyboard.press("Enter")
    report.page.locator("#s0-0:focus").wait_for()
    assert report.page.locator("#s0-0 pre").is_visible()


def test_folds_open_with_the_enter_key(report: Opened) -> None:
    fold = report.page.locator("details.listing").last
    fold.locator("summary").focus()
    report.page.keyboard.press("Enter")
    assert fold.get_attribute("open") is not None
