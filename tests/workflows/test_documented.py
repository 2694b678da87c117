"""What docs/github.md tells other repositories to write: it is run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.frame.support import ROOT

from .hub import Hub, git, make_source
from .test_schema_review import GOOD

SHA = "5" * 40
PAGE = (ROOT / "docs/github.md").read_text("utf-8")
REVIEW, CODE_SCANNING, COMMENT = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """This repository as others name it, with its actions."""
    folder = tmp_path_factory.mktemp("published")
    make_source(folder)
    return {f"OWNER/assay@{SHA}": folder}


def documented(text: str) -> str:
    return text.replace("@SHA", f"@{SHA}")


def test_another_repository_copies_two_files(hub: Hub, published: dict[str, Path]) -> None:
    files = {
        ".github/workflows/theirs.yml": documented(REVIEW + CODE_SCANNING),
        ".github/workflows/their-comment.yml": documented(COMMENT),
    }
    main = hub.checkout("main", "theirs")
    for name, text in files.items():
        (main / name).write_text(text, "utf-8")
    git(main, "add", "--all")
    git(main, "commit", "-q", "-m", "Review the schema")
    git(main, "push", "-q", "origin", "HEAD:main")
    pull = hub.open(GOOD)
    run, ran = hub.review(pull, "theirs.yml", repositories=published)
    jobs = {"review": "success", "code-scanning": "success"}
    ran.expect(**jobs)
    hub.comment(pull, run, ran, "their-comment.yml", repositories=published).expect(comment="success")
    (comment,) = hub.comments(pull)
    assert "website text" in comment


def test_the_readme_shows_the_job_of_the_page() -> None:
    """So what is run above is what the README promises."""
    shown = re.search(
        r"```yaml\n(on: pull_request\n.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    assert shown is not None
    (ours,) = yaml.safe_load(shown[1])["jobs"].values()
    (theirs,) = yaml.safe_load(REVIEW)["jobs"].values()
    bare = [{name: value for name, value in step.items() if name != "id"} for step in theirs["steps"]]
    assert (ours["steps"], ours["permissions"]) == (bare, theirs["permissions"])


def test_it_takes_about_five_lines() -> None:
    (job,) = yaml.safe_load(REVIEW)["jobs"].values()
    assert len(job["steps"]) == 2


def test_the_page_pins_what_the_workflows_pin() -> None:
    pinned = set(re.findall(r"uses: (\S+@[0-9a-f]{40} # v\S+)", PAGE))
    texts = [file.read_text("utf-8") for file in (ROOT / ".github").rglob("*.yml")]
    assert pinned <= set(re.findall(r"uses: (\S+@[0-9a-f]{40} # v\S+)", "\n".join(texts)))


def test_the_page_names_every_input() -> None:
    action = yaml.safe_load((ROOT / ".github/actions/schema-review/action.yml").read_text("utf-8"))
    assert re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE) == list(action["inputs"])
