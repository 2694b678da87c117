"""The command line: one file a command, found by its name, imported only when it runs."""

from __future__ import annotations

from assay.cli._main import main

__all__ = ["main"]
