"""Which PostgreSQL the tests use beside the embedded one."""

from __future__ import annotations

import os

import pytest
from assay.errors import EnvironmentFailedError
from assay.scratch import Binaries, find_binaries

VARIABLE = "TEST_POSTGRESQL"

INSTALLED = int(os.environ.get(VARIABLE, "15"))
"""As `make test-postgresql POSTGRESQL=14` says; without it the version that most machines have."""


def installed() -> Binaries:
    """Its programs. Where they are missing the test is skipped, or fails if that version was asked for."""
    try:
        return find_binaries(INSTALLED)
    except EnvironmentFailedError as error:
        if VARIABLE in os.environ:
            raise
        pytest.skip(error.message)
