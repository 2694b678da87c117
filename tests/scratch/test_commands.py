"""`assay scratch` as it is typed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from assay.cli import main
from assay.scratch import find_binaries
from assay.scratch.choice import local_server

from tests import schemas

EMBEDDED = f"{find_binaries().major}-embedded"


def as_json(capsys: pytest.CaptureFixture[str], command: str) -> dict[str, Any]:
    assert main(["scratch", command, "--format", "json"]) == 0
    document = schemas.document("scratch", capsys.readouterr().out)
    assert (document["version"], document["command"]) == (1, f"scratch {command}")
    assert isinstance(document, dict)
    return document


def test_nothing_there(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("status", "stop", "clean"):
        assert main(["scratch", command]) == 0
    assert capsys.readouterr().out == "There are no scratch servers.\nNothing stopped.\nNothing removed.\n"


def test_its_life(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = cache / "scratch" / EMBEDDED
    with local_server(find_binaries()):
        (running,) = as_json(capsys, "status")["servers"]
        assert running["pid"]
        assert running["bytes"] > 10_000_000
        del running["bytes"], running["pid"]
        assert running == {
            "name": EMBEDDED,
            "major": find_binaries().major,
            "folder": str(folder),
            "running": True,
            "databases": 0,
        }
        assert main(["scratch", "clean"]) == 2
        assert capsys.readouterr().err == (
            f"assay: The scratch server {EMBEDDED} is in use (by process {os.getpid()}).\n"
            "Wait for the process, or end it; `assay scratch stop` stops the server.\n"
        )
        assert as_json(capsys, "stop")["stopped"] == [EMBEDDED]
    assert main(["scratch", "status"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{EMBEDDED}: does not run, 0 databases kept, ")
    assert told.endswith(f" MB\n  {folder}\n")
    (cache / "scratch" / "programs" / "18").mkdir(parents=True)
    assert as_json(capsys, "clean")["removed"] == [EMBEDDED]
    assert list((cache / "scratch").iterdir()) == []


def test_the_development_server_is_none_of_them(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cache / "development" / "x-18").mkdir(parents=True)
    (cache / "development" / "x-18" / "lock").touch()
    assert as_json(capsys, "status")["servers"] == []
