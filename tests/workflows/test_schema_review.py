"""The review of a pull request and the comment about it, run as GitHub would run them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.github.fake.state import TOKEN

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


def reviewed(hub: Hub, pull: Pull, **more: Any) -> tuple[Ran, Path, str]:
    """The review, what it uploaded, and the one comment that the workflow behind it leaves."""
    run, ran = hub.review(pull, **more)
    commented = hub.comment(pull, run, ran)
    commented.expect(comment="success")
    assert TOKEN not in commented.log
    (comment,) = hub.comments(pull)
    return ran, hub.artifact(run), comment


def printing(files: dict[str, str]) -> dict[str, str]:
    """The same revision, which prints what a log could take for commands."""
    ((path, text),) = files.items()
    commands = "\\n::error::mine\\n::set-output name=status::0\\n::stop-commands::x"
    return {path: text.replace("\n\ndef upgrade", f'\nprint("{commands}")\n\n\ndef upgrade')}


def test_the_life_of_a_pull_request(hub: Hub) -> None:
    """A bad revision, which prints commands too; then a good one; then none."""
    bad = printing(BAD)
    pull = hub.open(bad)
    (hub.folder / "no-code-scanning").touch()
    ran, report, comment = reviewed(hub, pull)
    (hub.folder / "no-code-scanning").unlink()
    ran.expect(review="failure", sarif="success")
    assert {file.name for file in report.iterdir()} == FILES, "it fails once its report is kept"
    (path,) = bad
    told = [(where.get("file"), where.get("line")) for where, _ in ran.annotations("error")]
    assert told == [(path, "24"), (None, None)]
    assert "mine" not in [text for _, text in ran.annotations("error")]
    assert "blocking-index-build" in ran.summary
    assert "blocking-index-build" in comment

    hub.push(pull, {**dict.fromkeys(BAD), **GOOD})
    ran, report, comment = reviewed(hub, pull)
    ran.expect(review="success", sarif="success")
    assert {file.name for file in report.iterdir()} == FILES
    assert ran.summary == (report / "review.md").read_text("utf-8")
    assert ran.annotations("error") == []
    assert "website text" in comment
    assert "blocking-index-build" not in comment
    assert (hub.folder / "sarif" / f"{report.parent.name}.sarif").read_bytes() == (
        report / "review.sarif"
    ).read_bytes()

    sha = hub.push(pull, dict.fromkeys(GOOD))
    ran, _, comment = reviewed(hub, pull)
    assert "Install Assay" not in ran.steps
    assert comment.partition("\n")[2] == (
        f"**This pull request no longer touches the schema.** Nothing is left to review as of {sha}."
    )


def test_a_fork_gets_the_same_for_sixty_revisions(hub: Hub) -> None:
    files: dict[str, str] = {}
    for number in range(23, 83):
        up = f'op.add_column("companies", sa.Column("tried_{number}", sa.Text(), nullable=True))'
        files |= revision(number, f"try {number}", up, f'op.drop_column("companies", "tried_{number}")')
    pull = hub.open(files, repository=FORK)
    ran, report, comment = reviewed(hub, pull, variables={"ASSAY_REHEARSE": "staging"})
    ran.expect(review="success")  # its token cannot upload to code scanning, and it is shown no environment
    assert {file.name for file in report.iterdir()} == FILES
    assert len(json.loads((report / "review.json").read_bytes())["revisions"]) == 60
    assert len(comment) <= 65_536
    assert "tried_82 text" in ran.summary
    assert "tried_82 text" in comment


def test_a_pull_request_without_a_migration(hub: Hub) -> None:
    pull = hub.open({"README.md": "Nothing of the schema.\n"})
    run, ran = hub.review(pull)
    ran.expect(review="success")
    assert ran.summary == "Nothing here touches the schema.\n"
    assert "Install Assay" not in ran.steps
    assert not hub.artifact(run).exists()
    hub.comment(pull, run, ran).expect(comment="success")
    assert hub.comments(pull) == []
