"""Commits in another repository, which uses this one as a pre-commit remote.

Its project lies in a sub-directory, and its env.py and models import an application that needs a
distribution which the hook's environment does not have.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import HISTORY, MODELS, SQL, Repository, revision

VERSIONS = "backend/migrations/versions"
NEXT = f"{VERSIONS}/bbbb_a_change.py"
OTHER = f"{VERSIONS}/cccc_a_change.py"
GOOD = 'op.execute("ALTER TABLE orders ADD COLUMN note text")'
BAD = 'op.execute("ALTER TABLE orders add column note text")'
UNDO = 'op.execute("ALTER TABLE orders DROP COLUMN note")'


def test_a_good_revision_goes_through_every_hook(elsewhere: Repository) -> None:
    elsewhere.stage(NEXT, revision("bbbb", "aaaa", GOOD, UNDO))
    outcome = elsewhere.commit()
    assert outcome.committed, outcome.output
    assert [outcome.hook(hook) for hook in (HISTORY, SQL, MODELS)] == ["Passed"] * 3


def test_a_bad_revision_is_stopped_at_its_line(elsewhere: Repository) -> None:
    elsewhere.stage(NEXT, revision("bbbb", "aaaa", BAD, UNDO))
    outcome = elsewhere.commit()
    assert not outcome.committed
    assert outcome.hook(SQL) == "Failed"
    assert "[CP01]" in outcome.output
    assert f"--> {NEXT}:17:36\n" in outcome.output


def test_the_output_says_that_the_built_in_env_stands_in(elsewhere: Repository) -> None:
    elsewhere.stage(NEXT, revision("bbbb", "aaaa", BAD, UNDO))
    output = elsewhere.commit().output
    assert "backend/migrations/env.py" in output
    assert "flask_sqlalchemy" in output
    assert "built-in env" in output


def test_a_commit_from_the_sub_directory_is_judged(elsewhere: Repository) -> None:
    elsewhere.stage(NEXT, revision("bbbb", "aaaa", BAD, UNDO))
    assert not elsewhere.commit(cwd=elsewhere.folder / "backend").committed


@pytest.mark.parametrize(("staged", "goes"), [(GOOD, True), (BAD, False)], ids=["good", "bad"])
def test_what_is_staged_counts_not_the_working_tree(elsewhere: Repository, staged: str, goes: bool) -> None:
    elsewhere.stage(NEXT, revision("bbbb", "aaaa", staged, UNDO))
    elsewhere.write(NEXT, revision("bbbb", "aaaa", BAD if goes else GOOD, UNDO))
    outcome = elsewhere.commit()
    assert outcome.committed is goes, outcome.output


@pytest.mark.parametrize(("upgrade", "goes"), [(GOOD, True), (BAD, False)], ids=["good", "bad"])
def test_a_commit_of_named_paths_is_judged_by_them_alone(
    elsewhere: Repository, upgrade: str, goes: bool
) -> None:
    elsewhere.stage(NEXT, revision("bbbb", "aaaa", upgrade, UNDO))
    elsewhere.stage(OTHER, revision("cccc", "nowhere", BAD, UNDO))
    outcome = elsewhere.commit("--", NEXT)
    assert outcome.committed is goes, outcome.output
    assert OTHER not in outcome.output


@pytest.mark.parametrize(("upgrade", "goes"), [(GOOD, True), (BAD, False)], ids=["good", "bad"])
def test_a_commit_in_a_worktree_is_judged(
    elsewhere: Repository, tmp_path: Path, upgrade: str, goes: bool
) -> None:
    elsewhere.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    side = Repository(tmp_path / "side", elsewhere.environment)
    side.stage(NEXT, revision("bbbb", "aaaa", upgrade, UNDO))
    outcome = side.commit()
    assert outcome.committed is goes, outcome.output


def test_a_renamed_published_revision_that_keeps_its_id_goes_through(elsewhere: Repository) -> None:
    elsewhere.git("mv", f"{VERSIONS}/aaaa_first.py", f"{VERSIONS}/aaaa_a_change.py")
    outcome = elsewhere.commit()
    assert outcome.committed, outcome.output


def test_a_deleted_revision_is_stopped(elsewhere: Repository) -> None:
    elsewhere.git("rm", "--quiet", f"{VERSIONS}/aaaa_first.py")
    outcome = elsewhere.commit()
    assert not outcome.committed
    assert "[deleted-revision]" in outcome.output


def test_a_clean_merge_that_makes_two_heads_is_stopped(elsewhere: Repository) -> None:
    _two_branches(elsewhere)
    outcome = elsewhere.act("merge", "--no-edit", "theirs")
    assert not outcome.committed
    assert "[multiple-heads]" in outcome.output


def test_a_merge_goes_through_with_a_merge_revision(elsewhere: Repository) -> None:
    _two_branches(elsewhere)
    elsewhere.git("merge", "--no-commit", "theirs")
    text = revision("dddd", "bbbb", "pass").replace('"bbbb"', '("bbbb", "cccc")')
    elsewhere.stage(f"{VERSIONS}/dddd_a_change.py", text)
    outcome = elsewhere.commit()
    assert outcome.committed, outcome.output
    assert len(elsewhere.git("show", "--no-patch", "--format=%P", "HEAD").split()) == 2


def test_a_model_change_without_a_revision_is_stopped(elsewhere: Repository) -> None:
    _add_column(elsewhere)
    outcome = elsewhere.commit()
    assert not outcome.committed
    assert outcome.hook(MODELS) == "Failed"
    assert "backend/shop/models.py:12\n" in outcome.output


def test_a_model_change_goes_through_with_a_reason(elsewhere: Repository) -> None:
    _add_column(elsewhere)
    outcome = elsewhere.commit(ASSAY_NO_REVISION="the column is there already")
    assert outcome.committed, outcome.output


def test_an_empty_reason_is_none(elsewhere: Repository) -> None:
    _add_column(elsewhere)
    outcome = elsewhere.commit(ASSAY_NO_REVISION=" ")
    assert not outcome.committed
    assert "ASSAY_NO_REVISION is empty" in outcome.output


def _add_column(elsewhere: Repository) -> None:
    path = "backend/shop/models.py"
    text = (elsewhere.folder / path).read_text("utf-8")
    elsewhere.stage(path, f"{text}    note = db.Column(db.String)\n")


def _two_branches(elsewhere: Repository) -> None:
    """`theirs` and the branch we are on, each with a revision of its own on `aaaa`."""
    here = elsewhere.git("branch", "--show-current")
    elsewhere.git("checkout", "--quiet", "-b", "theirs")
    elsewhere.stage(OTHER, revision("cccc", "aaaa", "pass"))
    assert elsewhere.commit().committed
    elsewhere.git("checkout", "--quiet", here)
    elsewhere.stage(NEXT, revision("bbbb", "aaaa", GOOD, UNDO))
    assert elsewhere.commit().committed
