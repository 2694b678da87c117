"""Who only uses the hooks neither installs nor loads what talks to GitHub."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["assay.cli", "assay.github"])
def test_importing_does_not_load_the_library(module: str) -> None:
    code = f"import sys, {module}; sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0
