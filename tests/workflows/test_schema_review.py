"""The review of a pull request and the comment about it, run as GitHub would run them."""

from __future__ import annotations

import json
from pathlib import Path

from .act import Ran
from .hub import FORK, Hub, Pull, revision

GOOD = revision(
    23,
    "add company website",
    'op.add_column("companies", sa.Column("website", sa.Text(), nullable=True))',
    'op.drop_column("companies", "website")',
)
BAD = revision(
    23,
    "index company names",
    'op.create_index("ix_companies_name_tried", "companies", ["name"])',
    'op.drop_index("ix_companies_name_tried", table_name="companies")',
)
FILES = {"review.json", "review.md", "review.html", "review.sarif"}


def reviewed(hub: Hub, pull: Pull) -> tuple[Ran, Path, str]:
    """The review, what it uploaded, and the one comment that the workflow behind it leaves."""
    run, ran = hub.review(pull)
    commented = hub.comment(pull, run, ran)
    commented.expect(comment="success")
    (comment,) = hub.comments(pull)
    return ran, hub.artifact(run), comment


def test_a_good_revision(hub: Hub) -> None:
    pull = hub.open(GOOD)
    ran, report, comment = reviewed(hub, pull)
    ran.expect(review="success", sarif="success")
    assert {file.name for file in report.iterdir()} == FILES
    assert ran.summary == (report / "review.md").read_text("utf-8")
    assert ran.annotations("error") == []
    assert "website text" in comment
    assert (hub.folder / "sarif" / f"{report.parent.name}.sarif").read_bytes() == (
        report / "review.sarif"
    ).read_bytes()


def test_a_bad_revision_fails_once_its_report_is_kept(hub: Hub) -> None:
    pull = hub.open(BAD)
    (hub.folder / "no-code-scanning").touch()
    ran, report, comment = reviewed(hub, pull)
    (hub.folder / "no-code-scanning").unlink()
    ran.expect(review="failure", sarif="success")
    assert {file.name for file in report.iterdir()} == FILES
    (path,) = BAD
    told = [(where.get("file"), where.get("line")) for where, _ in ran.annotations("error")]
    assert told == [(path, "22"), (None, None)]
    assert "blocking-index-build" in ran.summary
    assert "blocking-index-build" in comment


def test_a_fork_gets_the_same(hub: Hub) -> None:
    pull = hub.open(GOOD, repository=FORK)
    ran, report, comment = reviewed(hub, pull)
    ran.expect(review="success")  # a fork's token cannot upload to code scanning
    assert {file.name for file in report.iterdir()} == FILES
    assert "website text" in ran.summary
    assert "website text" in comment


def test_a_pull_request_without_a_migration(hub: Hub) -> None:
    pull = hub.open({"README.md": "Nothing of the schema.\n"})
    run, ran = hub.review(pull)
    ran.expect(review="success")
    assert ran.summary == "Nothing here touches the schema.\n"
    assert "Install Assay" not in ran.steps
    assert not hub.artifact(run).exists()
    hub.comment(pull, run, ran).expect(comment="success")
    assert hub.comments(pull) == []


def test_a_rerun_updates_the_comment_and_the_end_of_it_is_told(hub: Hub) -> None:
    pull = hub.open(BAD)
    _, _, first = reviewed(hub, pull)
    hub.push(pull, {**dict.fromkeys(BAD), **GOOD})
    ran, _, second = reviewed(hub, pull)
    ran.expect(review="success", sarif="success")
    assert "blocking-index-build" in first
    assert "blocking-index-build" not in second
    sha = hub.push(pull, dict.fromkeys(GOOD))
    ran, _, last = reviewed(hub, pull)
    assert "Install Assay" not in ran.steps
    assert last.partition("\n")[2] == (
        f"**This pull request no longer touches the schema.** Nothing is left to review as of {sha}."
    )


def test_sixty_revisions(hub: Hub) -> None:
    files: dict[str, str] = {}
    for number in range(23, 83):
        up = f'op.add_column("companies", sa.Column("tried_{number}", sa.Text(), nullable=True))'
        files |= revision(number, f"try {number}", up, f'op.drop_column("companies", "tried_{number}")')
    pull = hub.open(files)
    ran, report, comment = reviewed(hub, pull)
    ran.expect(review="success", sarif="success")
    assert len(json.loads((report / "review.json").read_bytes())["revisions"]) == 60
    assert len(comment) <= 65_536
    assert "tried_82 text" in comment


def test_what_a_revision_prints_is_no_command(hub: Hub) -> None:
    ((path, text),) = BAD.items()
    commands = "\\n::error::mine\\n::set-output name=status::0\\n::stop-commands::x"
    pull = hub.open({path: text.replace("\n\ndef upgrade", f'\nprint("{commands}")\n\n\ndef upgrade')})
    _, ran = hub.review(pull)
    ran.expect(review="failure", sarif="success")
    assert "mine" not in [text for _, text in ran.annotations("error")]
