"""A real headless Chromium for the tests and the pictures, without anything that was installed by hand."""

from tests.browser.chromium import BrowserMissingError, Chromium, chromium

__all__ = ["BrowserMissingError", "Chromium", "chromium"]
