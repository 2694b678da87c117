"""From a project and a selection to its history."""

from __future__ import annotations

from msgspec.structs import replace

from assay.history import compare, files
from assay.history.base import find_base, merge_base
from assay.history.git import Git
from assay.history.model import Base, Changes, History, Selection
from assay.history.names import resolve
from assay.history.objects import Objects
from assay.history.project import Project
from assay.history.snapshot import Reader, Snapshot, marked

_NOTHING = Snapshot()


def read_history(
    project: Project, selection: Selection | None = None, default_base: str | None = None
) -> History:
    """Every revision of `project`, with the new ones marked and the selected ones picked.

    `default_base` is governance.yaml's base: used when `selection.base` is None. Raises UsageError for an
    unknown ref or id, EnvironmentFailedError when git is missing or the clone too shallow.
    """
    selection = selection or Selection()
    git = Git.find(project.root) if project.in_git else None
    if git is None:
        return _history(Reader().snapshot(files.working_tree(project)), selection, None, Changes(), _NOTHING)
    with Objects(git) as objects:
        return _against_git(project, selection, default_base, git, objects)


def _against_git(
    project: Project, selection: Selection, default_base: str | None, git: Git, objects: Objects
) -> History:
    """The history of a project in a repository, whose base says what is new."""
    found = find_base(git, objects, selection.base, default_base, selection.staged)
    here = _files(project, selection, git, objects)
    places = _Places(project, objects, files.contents(here))
    if found is None:
        return _history(places.reader.snapshot(here), selection, None, Changes(), _NOTHING)
    head = objects.commit("HEAD")
    fork = merge_base(git, head, found)
    start, tip = places.at(fork), places.at(found[1])
    merged = [places.at(commit) for commit in git.merge_heads()]
    committed = [places.at(head), *merged] if head and selection.staged else []
    now = places.reader.snapshot(here, start.blobs | tip.blobs, first={**tip.found, **start.found})
    return _history(
        now,
        selection,
        Base(*found, fork, start.ordered, start.graph.heads, tip.ordered, tip.graph.heads),
        compare.changes(start.found, tip.found, now, merged),
        Snapshot(
            {**tip.found, **start.found}, blobs=start.blobs.union(tip.blobs, *(c.blobs for c in committed))
        ),
    )


def _files(project: Project, selection: Selection, git: Git, objects: Objects) -> list[files.File]:
    if selection.staged:
        return files.index(git, objects, project)
    return files.working_tree(project, algorithm=git.object_format)


def _history(
    now: Snapshot, selection: Selection, base: Base | None, changes: Changes, old: Snapshot
) -> History:
    """`now` as a history; a revision is new when neither its id nor its blob is in `old`."""
    new = {
        each
        for each, revision in now.found.items()
        if each not in old.found and not (selection.staged and now.blob_of[revision.path] in old.blobs)
    }
    asked = resolve(now.graph, selection.ids) if selection.ids else set(now.found) if selection.all else new
    fresh = asked if selection.ids else new
    revisions = {
        each: replace(revision, new=True) if each in fresh else revision
        for each, revision in now.ordered.items()
    }
    return History(
        revisions=revisions,
        heads=now.graph.heads,
        selected=tuple(revisions[each] for each in revisions if each in asked),
        base=base,
        problems=marked(now.problems, now.blob_of, old.blobs),
        duplicates=now.duplicates,
        cycles=now.graph.cycles(),
        changes=changes,
    )


class _Places:
    """Snapshots of commits, each made once."""

    def __init__(self, project: Project, objects: Objects, known: dict[str, bytes]) -> None:
        self.reader = Reader()
        self._project, self._objects, self._known = project, objects, known
        self._made: dict[str, Snapshot] = {}

    def at(self, commit: str) -> Snapshot:
        """The revisions of a commit."""
        if commit not in self._made:
            found = files.commit(self._objects, self._project, commit, self._known)
            self._known = self._known | files.contents(found)
            self._made[commit] = self.reader.snapshot(found, known=(file.blob for file in found))
        return self._made[commit]
