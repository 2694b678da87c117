"""`assay models`: no model change without a revision."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assay.cli._options import Options, staged_options
from assay.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from assay.cli._session import Session
    from assay.history import Git
    from assay.history.models import ModelChange


@click.command()
@staged_options
def command(options: Options) -> ExitCode:
    """Refuse a change of the models that comes without a revision.

    With --staged the index is compared with HEAD, as a commit hook does; otherwise the working tree with
    the base. Where no revision is needed, ASSAY_NO_REVISION="why" git commit says so.
    """
    from assay.cli._session import Session
    from assay.config import apply_policy
    from assay.report import Report, Waived, emit
    from assay.rules.craft.model_change_without_revision import findings

    started = time.monotonic()
    reason = _reason()
    session = Session("models", options)
    changes, sources = ([], {}) if _has_revision(session) else _changes(session)
    found = apply_policy(findings(changes, sources), session.governance)
    base = session.history.base
    report = Report(
        command="models",
        findings=() if reason else found,
        waived=tuple(Waived(finding, reason) for finding in found) if reason else (),
        base="HEAD" if options.selection.staged else base.ref if base else None,
        heads=session.history.heads,
        sources=sources,
        all_good="Accepted without a revision" if found else "No model change without a revision",
        root=session.project.toplevel,
        seconds=time.monotonic() - started,
    )
    return emit(report, format=options.format, color=options.color, fail_on=session.fail_on)


def _reason() -> str | None:
    from assay.rules.craft.model_change_without_revision import OVERRIDE

    reason = os.environ.get(OVERRIDE)
    if reason is not None and not reason.strip():
        raise UsageError(f"{OVERRIDE} is empty.", f'Give the reason: {OVERRIDE}="why" git commit')
    return reason and reason.strip()


def _has_revision(session: Session) -> bool:
    changed = session.history.changes
    return bool(session.history.new or changed.edited or changed.reparented)


def _changes(session: Session) -> tuple[list[ModelChange], dict[str, str]]:
    """What changed against every parent, and the text of the changed files that are there."""
    from assay.history import Git
    from assay.history.models import changes, read_model_files, unchanged_model_files

    git = Git(session.project.toplevel)
    wanted = _model_filter(session)
    pairs = read_model_files(git, _parents(session, git), session.options.selection.staged, wanted)
    others = unchanged_model_files
    found = [changes(pair.before, pair.after, lambda: others(git, wanted)) for pair in pairs]
    names = set.intersection(*({(c.path, c.name) for c in each} for each in found))
    sources = {path: text.decode("utf-8", "replace") for pair in pairs for path, text in pair.after.items()}
    return [change for change in found[0] if (change.path, change.name) in names], sources


def _parents(session: Session, git: Git) -> tuple[str, ...]:
    base = session.history.base
    if not session.options.selection.staged:
        return (base.merge_base,) if base else ()
    return (
        ("HEAD", *git.merge_heads()) if git.attempt("rev-parse", "--verify", "HEAD").returncode == 0 else ()
    )


def _model_filter(session: Session) -> Callable[[str], bool]:
    """The files that governance.yaml calls models, without the migrations."""
    from assay.history.models import glob_filter

    project, policy = session.project, session.governance
    folder = policy.path.parent if policy.path else project.toplevel
    migrations = [project.relative(path) for path in (project.script_location, *project.version_locations)]
    excluded = tuple(f"!{path}/**" for path in migrations if not Path(path).is_absolute())
    ours = glob_filter(policy.models, project.relative(folder))
    theirs = glob_filter(("**", *excluded))
    return lambda path: path.endswith(".py") and ours(path) and theirs(path)
