from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from assay.style import Linter

from .support import PATH


@pytest.fixture(autouse=True)
def _no_configuration_of_mine(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("ASSAY_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="module")
def linter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linter]:
    """A linter without cache, its worker shared by a module's tests; no sqlfluff configuration."""
    root = tmp_path_factory.mktemp("project")
    (root / PATH).parent.mkdir(parents=True)
    with Linter(root, cache=False) as linter:
        yield linter


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a project with the given `.sqlfluff`; its folder."""

    def make(configuration: str, name: str = ".sqlfluff") -> Path:
        (tmp_path / PATH).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(configuration)
        return tmp_path

    return make
