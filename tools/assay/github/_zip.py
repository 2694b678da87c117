"""Reads a zip file that somebody hostile may have made: into memory, within bounds, never onto a disk."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Collection
from io import BytesIO

MOST_ENTRIES = 64
"""Members an archive may name; more cost time before the first is looked at."""

CHUNK = 65_536
"""Bytes that are unpacked at once."""

_ENTRY = b"PK\x01\x02"
"""How each member begins in the directory of the archive (.ZIP specification, 4.3.12)."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, RuntimeError)
"""`zipfile` on nonsense; NotImplementedError is a RuntimeError, UnicodeDecodeError a ValueError."""


class HostileZipError(Exception):
    """The archive is not one that Assay made; the text says why, and holds nothing of its content."""


def unpack(archive: bytes, members: Collection[str], max_bytes: int) -> dict[str, bytes]:
    """The members by name; only names out of `members` may occur, and all together hold `max_bytes` at most.

    Raises:
        HostileZipError: it is anything else.
    """
    if archive.count(_ENTRY) > MOST_ENTRIES:
        raise HostileZipError(f"it holds more than {MOST_ENTRIES} files")
    try:
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            return _members(opened, members, max_bytes)
    except _BROKEN:
        raise HostileZipError("it is no sound zip file") from None


def _members(opened: zipfile.ZipFile, members: Collection[str], max_bytes: int) -> dict[str, bytes]:
    content: dict[str, bytes] = {}
    left = max_bytes
    for info in opened.infolist():
        _judge(info, members, content)
        content[info.filename] = _read(opened, info, left)
        left -= len(content[info.filename])
    return content


def _judge(info: zipfile.ZipInfo, members: Collection[str], seen: Collection[str]) -> None:
    if info.orig_filename not in members or info.filename not in members:
        raise HostileZipError("it holds a file that is not expected")
    if info.filename in seen:
        raise HostileZipError("it holds a file twice")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
        raise HostileZipError("it holds something else than a plain file")


def _read(opened: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """Believe no size that is written anywhere: count."""
    content = bytearray()
    with opened.open(info) as member:
        while chunk := member.read(min(CHUNK, left + 1 - len(content))):
            content += chunk
            if len(content) > left:
                raise HostileZipError("it unpacks to more than is allowed")
    return bytes(content)
