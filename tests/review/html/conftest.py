"""Pages in a real browser that reaches nothing but the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from assay.review.html import render
from assay.review.model import Review

from tests.browser import BrowserMissingError, Chromium, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route


@pytest.fixture(scope="session")
def shipped() -> Chromium:
    """The browser's files. One reason for all of its tests where there is none."""
    pytest.importorskip(
        "playwright.sync_api", reason="Playwright, a development dependency, is not installed."
    )
    try:
        return chromium()
    except BrowserMissingError as error:
        pytest.skip(f"No Chromium to look at the report with: {error}.")


@pytest.fixture(scope="module")
def browser(shipped: Chromium) -> Iterator[Browser]:
    """A running browser. Of a module: its event loop would be in the way of other tests' own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=shipped.path, args=["--no-sandbox"], env={**_environment(), **shipped.environment}
        )
        yield running
        running.close()


def _environment() -> dict[str, str | float | bool]:
    import os

    return dict(os.environ)


@dataclass
class Opened:
    """A page, and all that it did beside being shown."""

    page: Page
    requests: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    """Messages on the console, and exceptions."""

    def at(self, expression: str) -> Any:
        """What JavaScript says of the page."""
        return self.page.evaluate(expression)

    def focused(self) -> str:
        """The element that has the focus, by id, class or text."""
        return str(self.at("(e => e.id || e.className || e.textContent.trim())(document.activeElement)"))


@dataclass
class Opener:
    """Opens reviews, each in a browser of its own."""

    browser: Browser
    folder: Path

    def __call__(self, review: Review | str, *, width: int = 1280, **context: Any) -> Opened:
        path = self.folder / "review.html"
        path.write_text(review if isinstance(review, str) else render(review), "utf-8")
        page = self.browser.new_context(viewport={"width": width, "height": 900}, **context).new_page()
        opened = Opened(page)
        page.on("console", lambda message: opened.trouble.append(message.text))
        page.on("pageerror", lambda error: opened.trouble.append(str(error)))

        def only_the_page(route: Route) -> None:
            opened.requests.append(route.request.url)
            route.continue_() if route.request.url == path.as_uri() else route.abort()

        page.context.route("**/*", only_the_page)
        page.goto(path.as_uri())
        return opened


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    yield Opener(browser, tmp_path)
    for context in browser.contexts:
        context.close()
