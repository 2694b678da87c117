"""The reader of hostile zip files: what is allowed comes out whole, and nothing else comes out at all."""

from __future__ import annotations

import stat
import struct
import warnings
import zipfile
from io import BytesIO

import pytest
from assay.github._zip import MOST_ENTRIES, HostileZipError, unpack
from hypothesis import given, settings
from hypothesis import strategies as st

LIMIT = 1_000


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name twice
        for name, content in members:
            opened.writestr(name, content)
    return made.getvalue()


def info(mode: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("a")
    made.external_attr = mode << 16
    return made


def patched(archive: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """The archive with other bytes `offset` behind the first `signature`."""
    start = archive.index(signature) + offset
    return archive[:start] + value + archive[start + len(value) :]


PLAIN = packed(("a", b"x" * 100))
ENTRY, END = b"PK\x01\x02", b"PK\x05\x06"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_plain_file(method: int) -> None:
    assert unpack(packed(("a", b"1"), ("b", b"2"), method=method), ("a", "b", "c"), LIMIT) == {
        "a": b"1",
        "b": b"2",
    }


@pytest.mark.parametrize(
    ("archive", "why"),
    [
        pytest.param(packed(("c", b"")), "not expected", id="another name"),
        pytest.param(packed(("../a", b"")), "not expected", id="above"),
        pytest.param(packed(("/a", b"")), "not expected", id="from the root"),
        pytest.param(packed(("a/", b"")), "not expected", id="a folder"),
        pytest.param(packed(("a\\b", b"")), "not expected", id="another system's"),
        pytest.param(packed(("A", b"")), "not expected", id="another case"),
        pytest.param(packed(("a_.exe", b"")).replace(b"a_", b"a\0"), "not expected", id="cut off at a zero"),
        pytest.param(packed(("a", b"1"), ("a", b"2")), "twice", id="twice"),
        pytest.param(packed((info(stat.S_IFLNK | 0o777), b"/etc/passwd")), "plain file", id="a link"),
        pytest.param(packed((info(stat.S_IFIFO | 0o600), b"")), "plain file", id="a pipe"),
        pytest.param(packed(("a", b"x"), method=zipfile.ZIP_BZIP2), "plain file", id="bzip2"),
        pytest.param(packed(("a", b"x"), method=zipfile.ZIP_LZMA), "plain file", id="lzma"),
        pytest.param(patched(PLAIN, ENTRY, 8, b"\x01\x00"), "plain file", id="encrypted"),
        pytest.param(packed(("a", b"x" * 1_001)), "unpacks to more", id="a byte too many"),
        pytest.param(packed(("a", b"x" * 600), ("b", b"x" * 600)), "unpacks to more", id="together too many"),
        pytest.param(packed(("a", bytes(10**7))), "unpacks to more", id="a bomb"),
        pytest.param(
            patched(packed(("a", bytes(10**7))), ENTRY, 24, struct.pack("<I", 10)),
            "sound zip",
            id="a bomb that says it is small",
        ),
        pytest.param(packed(*((f"{n}", b"") for n in range(MOST_ENTRIES + 1))), "64 files", id="too many"),
        pytest.param(b"", "sound zip", id="nothing"),
        pytest.param(b"{}", "sound zip", id="no zip"),
        pytest.param(PLAIN[:-1], "sound zip", id="cut off"),
        pytest.param(patched(PLAIN, b"PK\x03\x04", 31, b"\xff\xff"), "sound zip", id="damaged"),
        pytest.param(patched(PLAIN, ENTRY, 16, b"\0\0\0\0"), "sound zip", id="a wrong checksum"),
        pytest.param(patched(PLAIN, ENTRY, 42, b"\xff\xff\0\0"), "sound zip", id="starts beyond its end"),
        pytest.param(patched(PLAIN, END, 16, b"\xff\xff\0\0"), "sound zip", id="directory beyond its end"),
    ],
)
def test_what_is_refused(archive: bytes, why: str) -> None:
    with pytest.raises(HostileZipError, match=why):
        unpack(archive, ("a", "b"), LIMIT)


def test_many_files_are_too_many_before_any_is_looked_at() -> None:
    names = [f"{n}" for n in range(MOST_ENTRIES)]
    assert len(unpack(packed(*((name, b"") for name in names)), names, LIMIT)) == MOST_ENTRIES
    with pytest.raises(HostileZipError, match="more than 64 files"):
        unpack(packed(*((f"{n}", b"") for n in range(MOST_ENTRIES + 1))), [*names, "64"], LIMIT)


@given(st.dictionaries(st.sampled_from("abc"), st.binary(max_size=400)))
@settings(deadline=None, max_examples=100)
def test_what_is_packed_is_unpacked(files: dict[str, bytes]) -> None:
    size = sum(map(len, files.values()))
    assert unpack(packed(*files.items()), "abc", size) == files


@given(st.data())
@settings(deadline=None, max_examples=400)
def test_damage_is_refused_or_harmless(data: st.DataObject) -> None:
    """Whatever bytes are changed: an allowed name within the limit, or HostileZipError."""
    archive = bytearray(packed(("a", b"x" * 50), ("b", bytes(range(200)))))
    for _ in range(data.draw(st.integers(1, 4))):
        archive[data.draw(st.integers(0, len(archive) - 1))] = data.draw(st.integers(0, 255))
    try:
        files = unpack(bytes(archive), ("a", "b"), LIMIT)
    except HostileZipError:
        return
    assert files.keys() <= {"a", "b"}
    assert sum(map(len, files.values())) <= LIMIT


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=200)
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(HostileZipError):
        unpack(noise, ("a",), LIMIT)
