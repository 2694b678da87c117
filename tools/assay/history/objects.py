"""Git's objects, read through one `git cat-file --batch` process."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import IO, cast

from assay.errors import EnvironmentFailedError
from assay.history.git import Git

_AT_ONCE = 500
"""Requests in flight: 500 ids of 65 bytes fit the 64 KiB buffer of a pipe, so neither side waits for both."""

_FOLDER, _LINK, _MODULE = b"40000", b"120000", b"160000"


class Objects:
    """A context manager: commits by name, files of a commit, contents of blobs."""

    def __init__(self, git: Git) -> None:
        self._process = git.popen("cat-file", "--batch")
        self._id_size = {"sha1": 20, "sha256": 32}[git.object_format]

    def __enter__(self) -> Objects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def commit(self, name: str) -> str | None:
        """The id of the commit that `name` stands for; None when there is none here."""
        if not name or "\n" in name:
            return None
        found = next(self._read([f"{name}^{{commit}}"]))
        return None if found is None else found[0]

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The contents of blobs, by id."""
        wanted = list(dict.fromkeys(ids))
        return {
            blob: self._present(blob, found) for blob, found in zip(wanted, self._read(wanted), strict=True)
        }

    def files(self, commit: str, folder: str, recursive: bool) -> dict[str, str]:
        """The ids of the blobs in `folder` of `commit`, by path; both are relative to the top level."""
        tree = self._tree(f"{commit}^{{tree}}")
        for part in folder.split("/") if folder not in ("", ".") else ():
            mode, entry = tree.get(part, (b"", ""))
            if mode != _FOLDER:
                return {}
            tree = self._tree(entry)
        prefix = "" if folder in ("", ".") else f"{folder}/"
        return dict(self._walk(tree, prefix, recursive))

    def _walk(self, tree: dict[str, tuple[bytes, str]], prefix: str, deep: bool) -> Iterator[tuple[str, str]]:
        for name, (mode, entry) in tree.items():
            if mode == _FOLDER:
                if deep:
                    yield from self._walk(self._tree(entry), f"{prefix}{name}/", deep)
            elif mode not in (_LINK, _MODULE):
                yield f"{prefix}{name}", entry

    def _tree(self, name: str) -> dict[str, tuple[bytes, str]]:
        found = self._present(name, next(self._read([name])))
        entries, position = {}, 0
        while position < len(found):
            space, nul = found.index(b" ", position), found.index(b"\0", position)
            position, start = nul + 1 + self._id_size, position
            entry = (found[start:space], found[nul + 1 : position].hex())
            entries[os.fsdecode(found[space + 1 : nul])] = entry
        return entries

    def _read(self, names: list[str]) -> Iterator[tuple[str, bytes] | None]:
        """The id and the content of each object, in order; None for one that is not here."""
        stdin, stdout = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            stdin.write(b"".join(os.fsencode(name) + b"\n" for name in some))
            stdin.flush()
            for _ in some:
                header = stdout.readline().split()
                if len(header) != 3 or not header[2].isdigit():
                    yield None
                    continue
                content = stdout.read(int(header[2]) + 1)[:-1]
                yield header[0].decode(), content

    @staticmethod
    def _present(name: str, found: tuple[str, bytes] | bytes | None) -> bytes:
        if found is None:
            raise EnvironmentFailedError(
                f"The git object {name} is not in this clone.",
                "Run `git fetch --refetch` to complete the clone.",
            )
        return found if isinstance(found, bytes) else found[1]
