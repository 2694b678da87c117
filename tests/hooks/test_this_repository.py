"""Commits in a clone of this repository, with the hooks of its own .pre-commit-config.yaml."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from .support import CHECK, MODELS, Repository, revision

NEW = "migrations/versions/023_a_change.py"
LATEST = "migrations/versions/022_view_the_latest_quarter_of_metrics.py"
COMPANIES = "models/companies.py"
GOOD = 'op.execute("ALTER TABLE companies ADD COLUMN ticker text")'
UNDO = 'op.execute("ALTER TABLE companies DROP COLUMN ticker")'


@dataclass(frozen=True)
class Bad:
    """A new revision, the rule that stops it, and the place it points at."""

    text: str
    rule: str
    at: str


BAD = {
    "written-sql-in-two-cases": Bad(
        revision("023", "022", GOOD.replace("ALTER TABLE", "alter table"), UNDO), "CP01", "17:17"
    ),
    "raises": Bad(revision("023", "022", "op.execute(str(1 / 0))", UNDO), "failing-revision", "17"),
    "broken-python": Bad(revision("023", "022", "op.execute(", UNDO), "unreadable-revision", "17"),
    "second-head": Bad(revision("023", "021", GOOD, UNDO), "multiple-heads", "12"),
    "rewrites-a-table": Bad(
        revision(
            "023",
            "022",
            'op.execute("ALTER TABLE companies ALTER COLUMN fund TYPE VARCHAR(80)")',
            'op.execute("ALTER TABLE companies ALTER COLUMN fund TYPE VARCHAR")',
        ),
        "table-rewrite",
        "17",
    ),
    "parent-unknown": Bad(revision("023", "0022", GOOD, UNDO), "missing-down-revision", "12"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_revision_is_stopped_at_its_line(clone: Repository, bad: Bad) -> None:
    clone.stage(NEW, bad.text)
    outcome = clone.commit()
    assert not outcome.committed
    assert outcome.hook(CHECK) == "Failed"
    assert f"[{bad.rule}]" in outcome.output
    assert f"--> {NEW}:{bad.at}\n" in outcome.output


def test_a_good_revision_goes_through_every_hook(clone: Repository) -> None:
    clone.stage(NEW, revision("023", "022", GOOD, UNDO))
    outcome = clone.commit()
    assert outcome.committed, outcome.output
    assert [outcome.hook(hook) for hook in (CHECK, MODELS)] == ["Passed"] * 2
    assert clone.git("show", "--name-only", "--format=", "HEAD") == NEW


def test_an_edited_published_revision_is_stopped(clone: Repository) -> None:
    text = (clone.folder / LATEST).read_text("utf-8")
    line = text.splitlines().index('    op.execute("DROP VIEW latest_quarter_metrics")') + 1
    clone.stage(LATEST, text.replace("DROP VIEW latest", "DROP VIEW IF EXISTS latest"))
    outcome = clone.commit()
    assert not outcome.committed
    assert outcome.hook(CHECK) == "Failed"
    assert "[edited-revision]" in outcome.output
    assert f"--> {LATEST}:{line}\n" in outcome.output


def test_an_edit_that_leaves_the_sql_unchanged_goes_through(clone: Repository) -> None:
    text = (clone.folder / LATEST).read_text("utf-8")
    clone.stage(LATEST, text.replace("What dashboards ask for:", "What every dashboard asks for:"))
    assert clone.commit().committed


def test_a_deleted_revision_is_stopped_though_pre_commit_lists_no_deleted_file(clone: Repository) -> None:
    clone.git("rm", "--quiet", LATEST)
    outcome = clone.commit()
    assert not outcome.committed
    assert "[deleted-revision]" in outcome.output


def test_a_commit_without_revisions_goes_through(clone: Repository) -> None:
    clone.stage("notes.txt", "nothing about the schema\n")
    assert clone.commit().committed


def test_a_model_change_without_a_revision_is_stopped(clone: Repository) -> None:
    clone.stage(COMPANIES, _with_ticker(clone))
    outcome = clone.commit()
    assert not outcome.committed
    assert outcome.hook(MODELS) == "Failed"
    assert f"--> {COMPANIES}:" in outcome.output


def test_a_model_change_goes_through_with_its_revision(clone: Repository) -> None:
    clone.stage(COMPANIES, _with_ticker(clone))
    clone.stage(NEW, revision("023", "022", GOOD, UNDO))
    outcome = clone.commit()
    assert outcome.committed, outcome.output


def test_a_model_change_goes_through_with_a_reason(clone: Repository) -> None:
    clone.stage(COMPANIES, _with_ticker(clone))
    outcome = clone.commit(ASSAY_NO_REVISION="the column is there already")
    assert outcome.committed, outcome.output


def _with_ticker(clone: Repository) -> str:
    text = (clone.folder / COMPANIES).read_text("utf-8")
    changed = f"{text.rstrip()}\n    ticker: Mapped[str]\n"
    assert "Mapped" in text
    return changed
