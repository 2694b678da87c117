from __future__ import annotations

from collections.abc import Iterator

import pytest
from assay.style import Linter


@pytest.fixture(autouse=True)
def _no_configuration_of_mine(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("ASSAY_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def linter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linter]:
    """A linter without cache, its worker shared by all tests; paths start at pytest's own folder."""
    with Linter(tmp_path_factory.getbasetemp(), cache=False) as linter:
        yield linter
