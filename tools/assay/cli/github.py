"""`assay github`: what a workflow says on GitHub about a review, or about drift."""

from __future__ import annotations

import os
from pathlib import Path

import click

from assay.cli._help import Group
from assay.errors import ExitCode


@click.group(cls=Group)
def command() -> None:
    """Comment on a pull request, or keep the issue about drift, from a workflow.

    The token comes from GITHUB_TOKEN; what GitHub Actions sets says the rest. A rerun updates what stands
    there. Needs `pip install 'alembic-assay[github]'`.
    """


@command.command()
@click.option(
    "--artifact", default="schema-review", show_default=True, help="What the review uploaded its report as."
)
def comment(artifact: str) -> ExitCode:
    """Post or update the comment about a finished review, on `workflow_run`.

    The report is a stranger's file: its size and form are checked, its Markdown is not used, and the pull
    request is the one whose head GitHub says was reviewed. Where there is nothing to tell (any more), only a
    comment that is there already is updated.
    """
    from assay.cli._comment import post
    from assay.cli._event import read_run
    from assay.github import Repository

    with Repository.from_environment(os.environ) as repository:
        for line in post(repository, read_run(os.environ), artifact):
            click.echo(line)
    return ExitCode.OK


@command.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--save", type=click.Path(path_type=Path), required=True, metavar="FOLDER", help="Write it there."
)
def environment(name: str, save: Path) -> ExitCode:
    """Fetch what the default branch last read of the environment NAME, for `assay rehearse --saved`.

    It is the artifact `environment-NAME` of the drift workflow (docs/github.md); what runs of pull requests
    upload under that name does not count.
    """
    from assay.cli._event import default_branch
    from assay.cli._rehearsal import fetch
    from assay.github import Repository

    with Repository.from_environment(os.environ) as repository:
        for file in fetch(repository, default_branch(os.environ), name, save):
            click.echo(f"{name}: written to {file}")
    return ExitCode.OK


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def mask(names: tuple[str, ...]) -> ExitCode:
    """Have GitHub mask the URLs in these variables, and their passwords as written and as decoded.

    A secret of GitHub's is masked as a whole only; whoever prints a part of it would show it.
    """
    from assay.database import secrets_of, url_in
    from assay.review.annotations import data

    for name in names:
        url = url_in(name)
        for secret in (url, *secrets_of(url)):
            click.echo(f"::add-mask::{data(secret)}")
    return ExitCode.OK


@command.command("drift-issue")
@click.argument("report", type=click.Path(path_type=Path), metavar="FILE")
def drift_issue(report: Path) -> ExitCode:
    """Open, update or close the issue about drift, by FILE: what `assay drift --format json` printed.

    One issue tells about every environment. It is closed once none drifts and each could be read.
    """
    from assay.cli._drift_issue import keep
    from assay.cli._event import this_run
    from assay.github import Repository

    with Repository.from_environment(os.environ) as repository:
        click.echo(keep(repository, this_run(os.environ), report))
    return ExitCode.OK
