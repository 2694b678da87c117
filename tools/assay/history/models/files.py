"""The model files that differ: the index from its parents, or the working tree from a base."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from assay.history.git import Git
from assay.history.objects import Objects

_NOTHING = re.compile("0+")
_NO_FILES = ("120000", "160000")
"""The modes of links and of other repositories."""


class ModelFiles(Struct, frozen=True):
    """The files that differ from one parent commit, before and after."""

    before: dict[str, bytes]
    after: dict[str, bytes]


def read_model_files(
    git: Git, parents: tuple[str, ...], staged: bool, wanted: Callable[[str], bool]
) -> list[ModelFiles]:
    """For each parent (commits; none: the empty tree) the wanted files that differ from it.

    `git` must stand at the top level, and so do the paths. `staged` looks at the index, otherwise at the
    working tree with its untracked files. A file that equals the one of any parent is nobody's change here:
    a merge brings it in.
    """
    everything = [_differing(git, parent, staged, wanted) for parent in parents or (_empty_tree(git),)]
    common = set.intersection(*(set(entries) for entries in everything))
    return [_read(git, {path: entries[path] for path in common}) for entries in everything]


def unchanged_model_files(git: Git, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """Every wanted file of the index."""
    blobs = {}
    for entry in git.paths("ls-files", "--stage", "-z"):
        facts, _, path = entry.partition("\t")
        if wanted(path):
            blobs[path] = facts.split()[1]
    return _contents(git, blobs)


def _empty_tree(git: Git) -> str:
    return git.run("hash-object", "-t", "tree", "/dev/null").decode().strip()


def _differing(
    git: Git, parent: str, staged: bool, wanted: Callable[[str], bool]
) -> dict[str, tuple[str, str]]:
    """The blobs before and after, by path; zeros for a file that is not there (or is not in git yet)."""
    index = ("--cached",) if staged else ()
    raw = git.paths(
        "diff", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", *index, parent, "--", ":/"
    )
    found = {}
    for facts, path in zip(raw[::2], raw[1::2], strict=True):
        mode, old, new, kind = facts.split()[1:5]
        if wanted(path) and kind != "U" and mode not in _NO_FILES:
            found[path] = (old, "" if kind != "D" and _NOTHING.fullmatch(new) else new)
    if not staged:
        untracked = git.paths("ls-files", "--others", "--exclude-standard", "-z")
        found |= {path: ("0", "") for path in untracked if wanted(path)}
    return found


def _read(git: Git, entries: dict[str, tuple[str, str]]) -> ModelFiles:
    before = _contents(git, {path: old for path, (old, _) in entries.items()})
    after = _contents(git, {path: new for path, (_, new) in entries.items() if new})
    on_disk = {path: (git.toplevel / path).read_bytes() for path, (_, new) in entries.items() if not new}
    return ModelFiles(before, after | on_disk)


def _contents(git: Git, blobs: dict[str, str]) -> dict[str, bytes]:
    there = {path: blob for path, blob in blobs.items() if not _NOTHING.fullmatch(blob)}
    with Objects(git) as objects:
        read = objects.blobs(there.values())
    return {path: read[blob] for path, blob in there.items()}
