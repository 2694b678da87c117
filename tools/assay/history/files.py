"""The revision files of a project: in the working tree, in the index, in a commit."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

from assay.history.git import Git
from assay.history.objects import Objects
from assay.history.parse import is_revision_file
from assay.history.project import Project

_REGULAR = ("100644", "100755")


class File(Struct, frozen=True):
    """A file that Alembic would load."""

    path: str
    """As `Revision.path`."""
    source: bytes
    blob: str
    """Git's id of the content, with line ends as git stores them."""


def working_tree(project: Project, outside: bool = False, algorithm: str = "sha1") -> list[File]:
    """What Alembic itself would load, in its order; only folders `outside` the repository if so asked.

    `algorithm` is the repository's object format.
    """
    found: dict[Path, None] = {}
    for folder in project.version_locations:
        if not (outside and _inside(project, folder)):
            found.update(dict.fromkeys(_listed(folder, project.recursive)))
    return [_on_disk(project.relative(path), path.read_bytes(), algorithm) for path in found]


def index(git: Git, objects: Objects, project: Project) -> list[File]:
    """What the next commit holds."""
    folders = [project.relative(f) for f in project.version_locations if _inside(project, f)]
    entries: dict[str, str] = {}
    if folders:
        listed = git.paths("ls-files", "-sz", "--full-name", "--", *(f":(top,literal){f}" for f in folders))
        for entry in listed:
            (mode, blob, stage), path = entry[: entry.index("\t")].split(), entry[entry.index("\t") + 1 :]
            # In a conflict, 2 is our side; it comes before theirs.
            if mode in _REGULAR and stage in ("0", "2"):
                entries[path] = blob
    return _stored(objects, project, lambda folder: _within(entries, folder, project.recursive), {})


def commit(objects: Objects, project: Project, commit: str, known: dict[str, bytes]) -> list[File]:
    """What `commit` holds; `known` are contents by blob id that need not be read again."""
    return _stored(objects, project, lambda folder: objects.files(commit, folder, project.recursive), known)


def _stored(
    objects: Objects,
    project: Project,
    listing: Callable[[str], dict[str, str]],
    known: dict[str, bytes],
) -> list[File]:
    blobs: dict[str, str] = {}
    for place in project.version_locations:
        if _inside(project, place):
            folder = project.relative(place)
            found = listing(folder)
            wanted = (path for path in found if _loaded(path, folder))
            blobs.update({path: found[path] for path in sorted(wanted, key=lambda path: _walk_key(path))})
    sources = known | objects.blobs(blob for blob in blobs.values() if blob not in known)
    files = [File(path, sources[blob], blob) for path, blob in blobs.items()]
    return files + working_tree(project, outside=True)


def _listed(folder: Path, recursive: bool) -> Iterator[Path]:
    """Alembic's `_list_py_dir`: a folder's files by name, then its folders by name."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.endswith("__pycache__")) if recursive else []
        for name in sorted(names):
            if is_revision_file(name):
                path = Path(top, name)
                if not path.is_symlink():
                    yield path
                elif path.is_file():
                    yield path.resolve()


def _on_disk(path: str, source: bytes, algorithm: str) -> File:
    stored = source.replace(b"\r\n", b"\n") if b"\r\n" in source else source
    digest = hashlib.new(algorithm, b"blob %d\0" % len(stored) + stored, usedforsecurity=False)
    return File(path, source, digest.hexdigest())


def _inside(project: Project, folder: Path) -> bool:
    return project.in_git and folder.is_relative_to(project.toplevel)


def _within(entries: dict[str, str], folder: str, recursive: bool) -> dict[str, str]:
    prefix = "" if folder == "." else f"{folder}/"
    return {
        path: blob
        for path, blob in entries.items()
        if path.startswith(prefix) and (recursive or "/" not in path[len(prefix) :])
    }


def _loaded(path: str, folder: str) -> bool:
    inner = PurePosixPath(path).relative_to(folder).parts
    return is_revision_file(inner[-1]) and not any(part.endswith("__pycache__") for part in inner[:-1])


def _walk_key(path: str) -> list[tuple[bool, str]]:
    """Sorts as `_listed` yields: the files of a folder before its folders."""
    *folders, name = path.split("/")
    return [*((True, folder) for folder in folders), (False, name)]


def contents(files: Iterable[File]) -> dict[str, bytes]:
    """The contents by blob id, with git's line ends."""
    return {file.blob: file.source.replace(b"\r\n", b"\n") for file in files}
