"""`assay rehearse`: pending revisions on a copy of what an environment really has."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay.cli import main

from tests.cli.test_commands import Repository
from tests.drift.conftest import Live

Capture = pytest.CaptureFixture[str]
WEBSITE = 'op.execute("ALTER TABLE companies ADD COLUMN website text")'


def test_what_is_pending_runs_on_the_real_schema(project: Repository, live: Live, capsys: Capture) -> None:
    project.revision("a3", "a2", up=WEBSITE)
    live("STAGING_URL", "a1")
    assert main(["rehearse", "staging"]) == 0
    assert capsys.readouterr().out == (
        "2 revisions pending on staging, and each runs on a copy of its schema: a2, a3.\n"
    )


def test_what_somebody_did_by_hand_is_in_the_way(project: Repository, live: Live, capsys: Capture) -> None:
    project.revision("a3", "a2", up=WEBSITE)
    live("STAGING_URL", "a2", "ALTER TABLE companies ADD COLUMN website text")
    assert main(["rehearse", "staging"]) == 1
    assert capsys.readouterr().out == (
        "FAIL  Revision a3 does not run on the copy of staging's schema: "
        'DuplicateColumn: column "website" of relation "companies" already exists.\n'
        "      `assay drift --environment staging` tells what differs there from its revision: undo it there, "
        "or mend the revision.\n"
    )


def test_what_differs_and_is_not_in_the_way_is_told(project: Repository, live: Live, capsys: Capture) -> None:
    project.revision("a3", "a2", up=WEBSITE)
    live("STAGING_URL", "a2", "CREATE TABLE notes (id bigint)", "GRANT SELECT ON companies TO pg_monitor")
    assert main(["rehearse", "staging"]) == 0
    assert capsys.readouterr().out.splitlines()[1:3] == [
        "Afterwards staging differs from what the revisions make; `assay drift` tells why:",
        "+ table notes",
    ]


def test_nothing_is_pending(project: Repository, live: Live, capsys: Capture) -> None:
    live("STAGING_URL", "a2")
    assert main(["rehearse", "staging"]) == 0
    assert capsys.readouterr().out == "Nothing is pending on staging.\n"


@pytest.mark.parametrize(
    ("revision", "where"), [("zz", "at zz, which this history does not have"), (None, "at no revision")]
)
def test_a_revision_that_is_not_ours(
    project: Repository, live: Live, capsys: Capture, revision: str | None, where: str
) -> None:
    live("STAGING_URL", revision)
    assert main(["rehearse", "staging"]) == 3
    assert capsys.readouterr().err == f"assay: staging is {where}.\n`assay drift` tells more.\n"


def test_what_was_saved_needs_no_url(
    project: Repository, live: Live, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.revision("a3", "a2", up=WEBSITE)
    url = live("STAGING_URL", "a2")
    folder = str(tmp_path / "read")
    assert main(["rehearse", "staging", "--saved", folder]) == 2
    assert main(["drift", "--environment", "staging", "--save", folder]) == 0
    assert main(["baseline", "--url", url, "--output", f"{folder}/staging.sql"]) == 0
    monkeypatch.delenv("STAGING_URL")
    assert main(["rehearse", "staging", "--saved", folder]) == 0
    assert "1 revision pending on staging" in capsys.readouterr().out
