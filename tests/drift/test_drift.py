"""`assay drift` on live databases."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from assay.cli import main
from assay.docs.schema import drift_schema

from tests.cli.test_commands import Repository
from tests.drift.conftest import Live

pytestmark = pytest.mark.usefixtures("project")

Capture = pytest.CaptureFixture[str]


def told(capture: Capture) -> list[str]:
    return capture.readouterr().out.splitlines()


def test_each_environment_is_held_against_its_own_revision(live: Live, capsys: Capture) -> None:
    live("STAGING_URL", "a2")
    live("PRODUCTION_URL", "a1")
    assert main(["drift"]) == 0
    assert [line.rpartition(" (")[0] for line in told(capsys)] == [
        "staging: clean. It is what revision a2 makes",
        "production: clean. It is what revision a1 makes",
    ]


def test_the_version_table_that_env_py_names_is_read_and_no_drift(
    project: Repository, live: Live, capsys: Capture
) -> None:
    renamed = "ALTER TABLE alembic_version RENAME TO schema_revision"
    live("STAGING_URL", "a2", renamed)
    live("PRODUCTION_URL", "a1", renamed)
    env_py = project.project / "migrations/env.py"
    text = env_py.read_text("utf-8")
    env_py.write_text(text.replace("configure(", "configure(version_table='schema_revision', "), "utf-8")
    assert main(["drift"]) == 0
    assert [line.rpartition(" (")[0] for line in told(capsys)] == [
        "staging: clean. It is what revision a2 makes",
        "production: clean. It is what revision a1 makes",
    ]


def test_what_was_done_by_hand_is_told(live: Live, capsys: Capture) -> None:
    live("STAGING_URL", "a2", "ALTER TABLE companies ADD COLUMN website text", "DROP INDEX ix_companies_name")
    live("PRODUCTION_URL", "a2")
    assert main(["drift"]) == 1
    assert told(capsys)[:4] == [
        "staging: drifted. It is not what revision a2 makes:",
        "  table companies",
        "    + column website text",
        "    - index ix_companies_name",
    ]


def test_privileges_count_only_when_asked_for(live: Live, capsys: Capture) -> None:
    live("STAGING_URL", "a2", "GRANT SELECT ON companies TO pg_monitor")
    assert main(["drift", "--environment", "staging"]) == 0
    assert main(["drift", "--environment", "staging", "--privileges"]) == 1
    assert "SELECT to pg_monitor" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("revision", "why"),
    [
        ("zz", "staging: not known. staging is at zz, which this history does not have."),
        ("head", "staging: not known. staging is at head, which this history does not have."),
        (
            None,
            "staging: not known. staging has no alembic_version table, or an empty one: it was never migrated.",
        ),
    ],
)
def test_a_revision_that_is_not_ours_cannot_be_compared(
    revision: str | None, why: str, live: Live, capsys: Capture
) -> None:
    live("STAGING_URL", revision)
    assert main(["drift", "--environment", "staging"]) == 3
    assert told(capsys) == [why]


def test_an_environment_out_of_reach_tells_no_password(
    monkeypatch: pytest.MonkeyPatch, live: Live, capsys: Capture
) -> None:
    monkeypatch.setenv("STAGING_URL", "postgresql://reader:s3cr3t@127.0.0.1:1/shop")
    live("PRODUCTION_URL", "a2")
    assert main(["drift"]) == 3
    first, second = told(capsys)
    assert first.startswith("staging: not known. staging cannot be reached: ")
    assert "s3cr3t" not in first
    assert second.startswith("production: clean.")


def test_reading_and_comparing_can_be_two_steps(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    live("STAGING_URL", "a2", "DROP INDEX ix_companies_name")
    folder = str(tmp_path / "read")
    assert main(["drift", "--environment", "staging", "--save", folder]) == 0
    monkeypatch.delenv("STAGING_URL")
    capsys.readouterr()
    report = tmp_path / "report"
    assert main(["drift", "--saved", folder, "--format", "json", "--write", str(report)]) == 1
    told = capsys.readouterr().out
    assert (report / "drift.json").read_text("utf-8") == told
    jsonschema.validate(json.loads(told), drift_schema())
    assert "\n-   index ix_companies_name\n" in (report / "drift.md").read_text("utf-8")
    staging, production = json.loads(told)["environments"]
    assert (staging["state"], staging["changes"]) == (
        "drifted",
        ["table companies", "  - index ix_companies_name"],
    )
    assert (production["state"], production["problem"]) == ("unknown", "production was not read.")


def test_one_cannot_read_and_compare_what_was_read_at_once(tmp_path: Path, capsys: Capture) -> None:
    assert main(["drift", "--save", str(tmp_path), "--saved", str(tmp_path)]) == 2
    assert "--save reads environments, --saved compares what was read." in capsys.readouterr().err


def test_an_environment_that_cannot_be_read_is_saved_as_that(tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "read"
    assert main(["drift", "--environment", "staging", "--save", str(folder)]) == 3
    assert capsys.readouterr().err == "The variable STAGING_URL is not set.\n"
    assert (
        json.loads((folder / "staging.json").read_bytes())["problem"]
        == "The variable STAGING_URL is not set."
    )


def test_the_variable_can_be_named_for_one_environment(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    live("READ_URL", "a2")
    assert main(["drift", "--environment", "staging", "--url-env", "READ_URL"]) == 0
    assert main(["drift", "--url-env", "READ_URL"]) == 2
    assert capsys.readouterr().err == (
        "assay: --url-env is for one environment.\nName it with --environment NAME.\n"
    )


def test_an_environment_that_is_not_listed(project: Repository, capsys: Capture) -> None:
    assert main(["drift", "--environment", "stagign"]) == 2
    project.write("governance.yaml", "{}")
    assert main(["drift"]) == 2
    assert capsys.readouterr().err.splitlines()[::2] == [
        "assay: governance.yaml lists no environment 'stagign'.",
        "assay: governance.yaml lists no environment to compare.",
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2, "environment": "staging"}', "\udcff"])
def test_what_was_not_saved_by_us_is_refused(text: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "x.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["drift", "--saved", str(tmp_path)]) == 2
    assert "is not what it should be" in capsys.readouterr().err


def test_a_snapshot_that_was_changed_is_refused(live: Live, tmp_path: Path, capsys: Capture) -> None:
    live("STAGING_URL", "a2")
    main(["drift", "--environment", "staging", "--save", str(tmp_path)])
    file = tmp_path / "staging.json"
    file.write_text(file.read_text("utf-8").replace("ix_companies_name", "ix_other"), "utf-8")
    assert main(["drift", "--saved", str(tmp_path)]) == 2
    assert "it was changed" in capsys.readouterr().err
