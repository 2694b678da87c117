"""`assay schema` and `assay diff`, as processes see them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from assay.catalog import read_catalog
from assay.cli import main
from assay.docs.schema import catalog_schema, diff_schema
from assay.scratch import LocalServer

from tests.catalog.conftest import run

PASSWORD = "s3cr3t"


@pytest.fixture
def url(server: LocalServer) -> str:
    return server.url("base")


def test_outline(url: str, server: LocalServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--url", url]) == 0
    out = capsys.readouterr().out
    with server.connect("base") as session:
        assert out.endswith(f"fingerprint {read_catalog(session).fingerprint}\n")
    assert "\ntable companies" in out
    assert "\n  column name varchar(50) not null comment 'As registered'\n" in out
    assert "hunter2" not in out


def test_snapshot_and_difference(
    server: LocalServer,
    url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STAGING", url)
    assert main(["schema", "--url-env", "STAGING", "--format", "json"]) == 0
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_text(capsys.readouterr().out, "utf-8")
    jsonschema.validate(json.loads(snapshot.read_text("utf-8")), catalog_schema())
    assert main(["diff", str(snapshot), "env:STAGING"]) == 0
    assert capsys.readouterr().out.startswith("No difference (")
    server.create_database("copy", "base")
    try:
        with server.connect("copy") as session:
            run(session, "ALTER TABLE companies ADD COLUMN website text; DROP INDEX ix_companies_name")
        assert main(["diff", str(snapshot), server.url("copy")]) == 1
        assert capsys.readouterr().out == (
            "table companies\n  + column website text\n  - index ix_companies_name\n"
        )
        assert main(["diff", "--format", "json", str(snapshot), server.url("copy")]) == 1
        document = json.loads(capsys.readouterr().out)
        jsonschema.validate(document, diff_schema())
        assert [c["ddl"] for c in document["changes"]] == [
            "ALTER TABLE companies ADD COLUMN website text",
            "DROP INDEX ix_companies_name",
        ]
        assert main(["diff", "--color", "always", str(snapshot), server.url("copy")]) == 1
        assert "\x1b[32m  + column website text\x1b[0m" in capsys.readouterr().out
    finally:
        server.drop_database("copy")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["schema", "--url", f"postgresql://bob:{PASSWORD}@localhost:1/x"], 3),
        (["schema", "--url", f"postgresql+psycopg2://bob:{PASSWORD}@/x?host=/nowhere"], 3),
        (["schema", "--url", f"postgresql://bob:x@{PASSWORD}@localhost/x"], 2),
        (["schema", "--url", f"postgresql://bob:x/{PASSWORD}@localhost/x"], 2),
        (["schema", "--url", f"postgresql://bob:{PASSWORD}?x@localhost/x"], 2),
        (["schema", "--url", f"mysql://bob:{PASSWORD}@localhost/x"], 2),
        (["schema", "--url-env", "MISSING"], 2),
        (["schema", "--url-env", "MISSING", "--url", f"postgresql://bob:{PASSWORD}@localhost/x"], 2),
        (["schema", "--url-env", "OTHER"], 2),
        (["diff", f"postgresql://bob:{PASSWORD}@localhost:1/x", "missing.json"], 3),
        (["diff", "missing.json", "missing.json"], 2),
        (["diff", os.devnull, os.devnull], 2),
    ],
)
def test_failures_tell_no_password(
    arguments: list[str], code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER", f"bob:{PASSWORD}")
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert PASSWORD not in shown.out + shown.err
    assert shown.err.startswith("assay: ")


def test_a_snapshot_that_was_edited_is_refused(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["schema", "--url", url, "--format", "json"])
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_text(
        capsys.readouterr()
        .out.replace('"reporter"', '"nobody"')
        .replace("varchar", "text")
        .replace("bigint", "int")
    )
    assert main(["diff", str(snapshot), str(snapshot)]) == 2
    assert "fingerprint" in capsys.readouterr().err
