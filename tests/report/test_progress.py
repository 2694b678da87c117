"""The progress bar: silent unless somebody waits in front of a terminal."""

from __future__ import annotations

import io
import sys

import pytest
from assay.report import _progress, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "patience", "shown"),
    [(True, 0.0, True), (True, 60.0, False), (False, 0.0, False)],
    ids=["waiting", "quick", "no terminal"],
)
def test_progress(monkeypatch: pytest.MonkeyPatch, terminal: bool, patience: float, shown: bool) -> None:
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(_progress, "PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    with progress(3, "Linting") as step:
        for _ in range(3):
            step()
    assert ("Linting" in stream.getvalue()) is shown
