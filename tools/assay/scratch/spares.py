"""Databases that are used again: their files are put back once the server has stopped.

A database is some 330 files. To make and to delete them for every run takes most of the time of both, and a
quarter of a second where the file system looks at every inode that was freed of late (ext4 without a
journal). So the last user of a server makes the files of the database that it worked in what those of its
template are: what has another size or time is copied, in place. That gives what `CREATE DATABASE …
STRATEGY FILE_COPY` gave when the database was made, from the same files.

What is kept stands in a file in the data folder, and goes with it.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

FILE_NAME = "assay-spares.json"
KEPT = 2
"""Of how many templates there is a spare at the most."""

STATE = slice(16, 20)
"""Where `state` stands in `ControlFileData` (PostgreSQL's src/include/catalog/pg_control.h)."""
SHUT_DOWN = 1
"""`DB_SHUTDOWNED`."""


class Spare(NamedTuple):
    """A database that is a copy of another one, or will be once its files are put back."""

    name: str
    oid: int
    template: str
    """The name of the database that it is a copy of, and its OID."""
    template_oid: int
    ready: bool = False
    """Its files are the template's."""


class Spares:
    """What is kept in the data folder `data` of a cluster. Without a file, or with a broken one, nothing."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._file = data / FILE_NAME

    def all(self) -> list[Spare]:
        """Every one, the oldest first."""
        try:
            return [Spare(*row) for row in json.loads(self._file.read_bytes())]
        except (OSError, ValueError, TypeError):
            return []

    def keep(self, spare: Spare) -> list[Spare]:
        """Note one, in place of those of the same template and of the oldest; these."""
        with self._alone():
            known = self.all()
            kept = [each for each in known if each.template != spare.template][-(KEPT - 1) :]
            self._write([*kept, spare])
        return [each for each in known if each not in kept]

    def take(self, spare: Spare) -> bool:
        """Forget one; whether it was still there."""
        with self._alone():
            known = self.all()
            self._write(each for each in known if each != spare)
        return spare in known

    def forget_used(self) -> None:
        """Forget those whose files were not put back: the server that they were used on is no more."""
        known = self.all()
        if not all(each.ready for each in known):
            self._write(each for each in known if each.ready)

    def restore(self) -> None:
        """Put their files back, after a shutdown; what cannot be put back is forgotten."""
        known = self.all()
        if all(each.ready for each in known) or not self._was_shut_down():
            return
        restored = []
        for each in known:
            with suppress(OSError):
                if not each.ready:
                    _make_equal(self._folder(each.template_oid), self._folder(each.oid))
                restored.append(each._replace(ready=True))
        (self._data / "pg_stat" / "pgstat.stat").unlink(missing_ok=True)  # counts of what is no longer so
        self._write(restored)

    def _was_shut_down(self) -> bool:
        """Whether the next start will replay nothing onto the files."""
        with suppress(OSError):
            control = (self._data / "global" / "pg_control").read_bytes()
            return int.from_bytes(control[STATE], sys.byteorder) == SHUT_DOWN
        return False

    def _folder(self, oid: int) -> Path:
        return self._data / "base" / str(oid)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process reads and writes the list meanwhile."""
        descriptor = os.open(self._data, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, spares: Iterable[Spare]) -> None:
        new = self._file.with_name(f"{FILE_NAME}.{os.getpid()}")
        new.write_text(json.dumps(list(spares)))
        new.replace(self._file)


def _make_equal(source: Path, target: Path) -> None:
    """Make the files of `target` those of `source`; equal size and time mean equal content."""
    wanted = {entry.name: entry.stat() for entry in os.scandir(source)}
    found = {entry.name: entry.stat() for entry in os.scandir(target)}
    free = [name for name in found if name not in wanted]
    for name, made in wanted.items():
        there = found.get(name)
        if there is not None and (there.st_size, there.st_mtime_ns) == (made.st_size, made.st_mtime_ns):
            continue
        path = target / name
        if there is None and free:  # spares the system a file to make, and one to delete
            (target / free.pop()).rename(path)
        _overwrite(path, (source / name).read_bytes())
        if there is None:
            path.chmod(stat.S_IMODE(made.st_mode))
            os.chown(path, made.st_uid, made.st_gid)
        os.utime(path, ns=(made.st_atime_ns, made.st_mtime_ns))
    for name in free:
        (target / name).unlink()


def _overwrite(path: Path, content: bytes) -> None:
    """Write in place: a file that is cut to nothing first goes to the disk at once (ext4's auto_da_alloc)."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb", buffering=0) as file:  # noqa: PTH123 - a descriptor
        file.write(content)
        file.truncate()
