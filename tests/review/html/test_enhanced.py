"""What JavaScript adds: search, filters, theme, copying, zoom, paper."""

from __future__ import annotations

import pytest

from . import samples
from .conftest import Opened, Opener

VISIBLE = "document.querySelectorAll('{}:not([hidden])').length"


@pytest.fixture
def report(show: Opener) -> Opened:
    return show(samples.small())


def search(report: Opened, text: str) -> str:
    """What the search says of `text`."""
    report.page.keyboard.press("/")
    report.page.locator("#search").fill(text)
    report.page.wait_for_timeout(200)
    return str(report.page.locator("#search-count").text_content())


def test_the_search_leaves_what_matches_and_opens_its_folds(report: Opened) -> None:
    assert search(report, "drop COLUMN") == "1"
    assert report.page.get_by_text("DROP COLUMN currency").is_visible(), "it stood in a closed fold"
    assert report.at(VISIBLE.format(".finding")) == 0
    assert report.at("CSS.highlights.get('found').size") == 1
    report.page.keyboard.press("Escape")
    assert not report.page.get_by_text("DROP COLUMN currency").is_visible()
    assert report.at(VISIBLE.format(".finding")) == 2


def test_enter_goes_from_match_to_match(report: Opened) -> None:
    assert int(search(report, "rewrites")) > 1
    report.page.keyboard.press("Enter")
    report.page.keyboard.press("Enter")
    assert str(report.page.locator("#search-count").text_content()).startswith("2 / ")


def test_the_search_says_that_there_is_nothing(report: Opened) -> None:
    assert search(report, "no such thing anywhere") == "0"
    assert report.page.locator("#announce").text_content() == "0 matches"


def test_findings_are_filtered_by_severity_rule_and_revision(report: Opened) -> None:
    rules = "[...document.querySelectorAll('.finding:not([hidden])')].map((each) => each.dataset.rule)"
    assert report.at(rules) == ["table-rewrite", "unindexed-foreign-key"], "the worst first"
    report.page.get_by_label("1 error").uncheck()
    assert report.at(rules) == ["unindexed-foreign-key"]
    assert report.page.locator(".filters output").text_content() == "1 of 2"
    report.page.get_by_label("1 error").check()
    report.page.get_by_label("Rule").select_option("table-rewrite")
    assert report.at(rules) == ["table-rewrite"]
    report.page.get_by_label("Rule").select_option("")
    report.page.get_by_label("Revision").select_option("0003")
    assert report.at(rules) == ["unindexed-foreign-key"]


def test_the_theme_follows_the_system_and_a_choice_is_remembered(show: Opener) -> None:
    opened = show(samples.small(), color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = opened.at(ground)
    button = opened.page.get_by_role("button", name="Dark theme")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    light = opened.at(ground)
    assert (dark, light) == ("rgb(15, 17, 21)", "rgb(255, 255, 255)")
    opened.page.reload()
    assert opened.at(ground) == light
    assert button.get_attribute("aria-pressed") == "false"


def test_code_is_copied_as_it_is(show: Opener) -> None:
    opened = show(samples.small(), permissions=["clipboard-read", "clipboard-write"])
    opened.page.get_by_role("button", name="Copy: Query: Is a value of filings NULL?").click()
    opened.page.get_by_text("Copied").first.wait_for()
    assert opened.at("navigator.clipboard.readText()") == "SELECT count(*)\nFROM filings\nWHERE value IS NULL"


def test_the_diagram_is_zoomed(show: Opener) -> None:
    opened = show(samples.wide())
    width = "document.querySelector('.er').getBoundingClientRect().width"
    opened.page.get_by_role("button", name="100 %").click()
    whole = opened.at(width)
    opened.page.get_by_role("button", name="Zoom in").click()
    assert opened.at(width) == pytest.approx(whole * 1.25)
    opened.page.get_by_role("button", name="Fit").click()
    assert opened.at(width) <= opened.at("document.querySelector('.canvas').clientWidth")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "none"])
def test_on_paper_every_fold_is_open_and_no_control_is_left(show: Opener, javascript: bool) -> None:
    page = show(samples.small(), java_script_enabled=javascript).page
    page.emulate_media(media="print")
    assert page.locator("details.listing").last.locator("pre").is_visible()
    for control in (".contents", ".copy", "#search"):
        assert page.locator(control).count() == 0 or not page.locator(control).first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_after_printing_the_folds_are_as_they_were(report: Opened) -> None:
    folds = "[...document.querySelectorAll('details')].map((details) => details.open)"
    before = report.at(folds)
    report.page.pdf()
    assert report.at(folds) == before
    assert False in before
