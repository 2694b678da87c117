"""The report in a browser: nothing is loaded, nothing complains, and it is all there without JavaScript."""

from __future__ import annotations

import pytest
from assay.review.model import Review

from tests.browser import Chromium
from tests.review import documents as doc

from . import hostile, samples
from .conftest import Opener

SAMPLES = {
    "small": samples.small,
    "wide": samples.wide,
    "tangled": samples.tangled,
    "hostile": hostile.review,
    "empty": doc.review,
}
each_sample = pytest.mark.parametrize("review", [make() for make in SAMPLES.values()], ids=SAMPLES)
each_width = pytest.mark.parametrize("width", [360, 768, 1280])
each_theme = pytest.mark.parametrize("theme", ["light", "dark"])

AXE = """axe.run({resultTypes: ["violations"]}).then(({violations}) =>
  violations.map(({id, nodes}) => `${id}: ${nodes.slice(0, 5).map((node) => node.html.slice(0, 160)).join(" | ")}`))"""


@each_sample
def test_nothing_leaves_the_page_and_nothing_complains(show: Opener, review: Review) -> None:
    opened = show(review)
    opened.page.wait_for_timeout(50)
    assert len(opened.requests) == 1
    assert opened.trouble == []


@each_sample
@each_width
def test_the_page_is_no_wider_than_the_window(show: Opener, review: Review, width: int) -> None:
    assert show(review, width=width).at("document.documentElement.scrollWidth") == width


@each_sample
@each_theme
def test_axe_finds_no_violation(show: Opener, shipped: Chromium, review: Review, theme: str) -> None:
    opened = show(review, color_scheme=theme)
    opened.at("document.querySelectorAll('details').forEach((details) => { details.open = true })")
    opened.at(shipped.module("axe-core/axe.min.js"))
    assert opened.at(AXE) == []


def test_axe_would_find_a_violation(show: Opener, shipped: Chromium) -> None:
    opened = show(samples.small())
    opened.at("document.querySelector('h1').textContent = ''")
    opened.at(shipped.module("axe-core/axe.min.js"))
    assert any(found.startswith("empty-heading") for found in opened.at(AXE))


@each_theme
def test_axe_finds_no_violation_on_a_phone(show: Opener, shipped: Chromium, theme: str) -> None:
    opened = show(samples.small(), width=360, color_scheme=theme)
    opened.at(shipped.module("axe-core/axe.min.js"))
    assert opened.at(AXE) == []


def test_what_is_put_into_the_page_by_others_does_not_run(show: Opener) -> None:
    opened = show(samples.small())
    opened.at(
        """() => { const script = document.createElement("script");
        script.append("document.title = 'gone'"); document.body.append(script); }"""
    )
    opened.at(
        "() => { const image = new Image(); image.src = 'https://example.com/x'; document.body.append(image); }"
    )
    opened.page.wait_for_timeout(50)
    assert "gone" not in opened.page.title()
    assert len(opened.requests) == 1
    assert len(opened.trouble) == 3, "the policy refuses both, the script twice"


def test_it_is_all_there_without_javascript(show: Opener) -> None:
    page = show(samples.small(), java_script_enabled=False).page
    for text in (
        "VACUUM filings",
        "Is a value of filings NULL?",
        "Nobody writes on Sundays.",
        "AccessExclusiveLock",
    ):
        assert page.get_by_text(text).first.is_visible(), text
    assert not page.locator("#search").is_visible(), "what does nothing is not shown"
    assert page.locator("details.listing").last.locator("summary").is_visible()
    page.locator("details.listing summary").last.click()
    assert page.get_by_text("DROP COLUMN").is_visible()
