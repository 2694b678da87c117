"""A bug ends with exit code 4, one sentence, and a log without secrets."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from assay import __version__
from assay.cli import _main, main
from assay.cli._bug import report_bug


@pytest.fixture
def crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("postgresql://u:hunter2@h/d is\x1b[2J down\npassword=hunter2")

    monkeypatch.setattr(_main.assay, "main", fail)
    monkeypatch.setattr(sys, "argv", ["assay", "check", "--url", "postgresql://u:hunter2@h/d"])
    monkeypatch.setenv("DATABASE_PASSWORD", "correct horse")


@pytest.mark.usefixtures("crash")
def test_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ASSAY_CACHE_DIR", str(tmp_path))
    assert main(["check"]) == 4
    (log,) = tmp_path.glob("bug-*.log")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "assay: this is a bug in Assay, not in your revisions "
        "(RuntimeError: postgresql://***@h/d is\\x1b[2J down).\n"
        f"Open an issue in Assay's repository and attach {log}\n"
        "Passwords are already taken out of it.\n"
    )
    lines = log.read_text().splitlines()
    assert lines[0] == f"assay {__version__}"
    assert "command assay check --url 'postgresql://***@h/d'" in lines
    assert "password=***" in lines
    assert "Traceback (most recent call last):" in lines
    assert "hunter2" not in log.read_text()


@pytest.mark.usefixtures("crash")
def test_where_no_file_can_be_written_the_log_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ASSAY_CACHE_DIR", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "file" / "no"))
    assert main(["check"]) == 4
    err = capsys.readouterr().err
    assert "Open an issue in Assay's repository and paste what follows\n\nassay " in err
    assert "hunter2" not in err


def test_values_of_secret_variables_are_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSAY_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_PASSWORD", "correct horse")
    report_bug(ValueError("tried correct horse"))
    assert "correct horse" not in capsys.readouterr().err + next(tmp_path.iterdir()).read_text()
