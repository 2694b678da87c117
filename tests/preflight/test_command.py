from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from assay.cli import main
from assay.docs.schema import preflight_schema
from assay.errors import ExitCode

from tests.rules.lab import ENV, UPGRADE_LINE, Lab, revision_file

from .conftest import Filled

BASE = "CREATE TABLE child (id integer PRIMARY KEY, note text)"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    versions = tmp_path / "migrations/versions"
    versions.mkdir(parents=True)
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (tmp_path / "migrations/env.py").write_text(ENV)
    (versions / "start.py").write_text(
        revision_file(f"op.execute({BASE!r})", "op.drop_table('child')", "start", None)
    )
    (versions / "tried.py").write_text(
        revision_file(
            'op.alter_column("child", "note", nullable=False)',
            'op.alter_column("child", "note", nullable=True)',
            down_revision="start",
        )
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


TRIED = f"migrations/versions/tried.py:{UPGRADE_LINE}"
QUERY = "SELECT count(*) FROM (SELECT 1 FROM public.child WHERE note IS NULL LIMIT 1000) AS bad"


def test_the_queries_are_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preflight", "tried"]) == ExitCode.OK
    assert capsys.readouterr().out == (f"-- {TRIED}: child.note holds NULL? Expect 0.\n{QUERY};\n\n")


def test_nothing_to_ask_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preflight", "start"]) == ExitCode.OK
    assert capsys.readouterr().out == "-- Nothing to ask: no data can refuse 1 revision.\n"


def test_a_database_is_asked(filled: Filled, capsys: pytest.CaptureFixture[str]) -> None:
    with filled(BASE, "INSERT INTO child VALUES (1, 'a')") as url:
        assert main(["preflight", "tried", "--url", url]) == ExitCode.OK
    assert capsys.readouterr().out == (
        f"ok    {TRIED}: child.note holds NULL? 0\n1 asked, 0 failed, 0 cannot be asked.\n"
    )
    with filled(BASE, "INSERT INTO child VALUES (1, NULL)") as url:
        assert main(["preflight", "tried", "--url", url]) == ExitCode.FINDINGS
    assert capsys.readouterr().out == (
        f"FAIL  {TRIED}: child.note holds NULL? 1\n      {QUERY};\n1 asked, 1 failed, 0 cannot be asked.\n"
    )


def test_json_has_questions_and_answers(
    filled: Filled, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(BASE, "INSERT INTO child VALUES (1, NULL)") as url:
        monkeypatch.setenv("PRODUCTION", url)
        code = main(["preflight", "tried", "--url-env", "PRODUCTION", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, preflight_schema())
    assert code == ExitCode.FINDINGS
    assert (document["version"], document["command"]) == (1, "preflight")
    assert (document["unasked"], document["problems"]) == ([], [])
    assert document["queries"] == [
        {
            "title": "child.note holds NULL",
            "sql": QUERY,
            "revision": "tried",
            "path": "migrations/versions/tried.py",
            "line": UPGRADE_LINE,
            "statement": "ALTER TABLE child ALTER COLUMN note SET NOT NULL",
            "cheap": True,
            "expected": "0",
            "needs": 0,
            "found": "1",
            "error": None,
            "fine": False,
        }
    ]


def test_what_a_server_cannot_be_asked_is_no_failure(
    project: Path, filled: Filled, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    dated = revision_file(
        'op.alter_column("child", "note", type_=sa.Date(), postgresql_using="note::date")',
        revision="dated",
        down_revision="start",
    )
    (project / "migrations/versions/dated.py").write_text(dated)
    (project / "migrations/versions/tried.py").unlink()
    assert main(["preflight", "dated"]) == ExitCode.OK
    assert "Expect 0. It takes PostgreSQL 16 or later.\n" in capsys.readouterr().out
    with filled(BASE, "INSERT INTO child VALUES (1, 'soon')") as url:
        code = main(["preflight", "dated", "--url", url])
    told = capsys.readouterr().out
    if lab.major < 16:
        assert code == ExitCode.OK
        assert told.startswith("?     migrations/versions/dated.py")
        assert told.endswith(
            f"Cannot be asked: it takes PostgreSQL 16, and this is {lab.major}.\n"
            "0 asked, 0 failed, 1 cannot be asked.\n"
        )
    else:
        assert (code, told[:4]) == (ExitCode.FINDINGS, "FAIL")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--url", "mysql://u:hunter2@h/d"], "--url is no PostgreSQL URL", id="no-url"),
        pytest.param(["--url-env", "NOT_SET"], "The variable NOT_SET is not set", id="no-variable"),
        pytest.param(
            ["--url", "postgresql://a/b", "--url-env", "X"],
            "--url and --url-env cannot be combined",
            id="both",
        ),
    ],
)
def test_a_wrong_address_is_told(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preflight", *options]) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert message in told
    assert "hunter2" not in told


def test_an_unreachable_database_does_not_tell_the_password(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"postgresql://me:hunter2@/nowhere?host={project}"
    assert main(["preflight", "tried", "--url", url]) == ExitCode.ENVIRONMENT
    told = capsys.readouterr()
    assert "The database cannot be reached" in told.err
    assert not re.search("hunter2", told.out + told.err)


def test_a_revision_that_does_not_run_is_no_success(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = revision_file('op.execute("SELECT nonsense")', revision="broken", down_revision="start")
    (project / "migrations/versions/broken.py").write_text(broken)
    assert main(["preflight", "broken"]) == ExitCode.FINDINGS
    assert "revision broken does not run (UndefinedColumn" in capsys.readouterr().err
