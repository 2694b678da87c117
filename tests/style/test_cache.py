from __future__ import annotations

import os
from pathlib import Path

import pytest
from assay.cache import SHARD_KEEP, SHARD_LIMIT, Cache, cache_folder, key_of

KEY = key_of("a", 1)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache("room", folder=tmp_path)


def entry(folder: Path) -> Path:
    return folder / "room" / KEY[:2] / KEY


def test_what_was_put_is_got(cache: Cache) -> None:
    cache.put(KEY, {"a": [1, "é"]})
    assert cache.get(KEY) == {"a": [1, "é"]}
    assert cache.get(key_of("b")) is None


@pytest.mark.parametrize("content", [b"", b"0\n[1]", b"\xff\xfe"], ids=["empty", "altered", "no-text"])
def test_a_damaged_entry_is_a_miss(cache: Cache, tmp_path: Path, content: bytes) -> None:
    cache.put(KEY, [1])
    entry(tmp_path).write_bytes(content)
    assert cache.get(KEY) is None
    cache.put(KEY, [2])
    assert cache.get(KEY) == [2]


def test_a_cache_that_cannot_be_written_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "room").write_text("a file where the folder should be")
    cache = Cache("room", folder=tmp_path)
    cache.put(KEY, [1])
    assert cache.get(KEY) is None


def test_a_full_disk_leaves_no_half_an_entry(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    cache.put(KEY, [1])
    assert list(entry(tmp_path).parent.iterdir()) == []


def test_the_oldest_entries_go_when_there_are_too_many(cache: Cache, tmp_path: Path) -> None:
    keys = [f"00{number:04}" for number in range(SHARD_LIMIT + 1)]
    for number, key in enumerate(keys[:-1]):
        cache.put(key, number)
        os.utime(tmp_path / "room" / "00" / key, (number, number))
    assert cache.get(keys[0]) == 0  # used just now, so it is no longer the oldest
    cache.put(keys[-1], "new")
    kept = {path.name for path in (tmp_path / "room" / "00").iterdir()}
    assert len(kept) == SHARD_KEEP
    assert {keys[0], keys[-1]} < kept
    assert keys[1] not in kept


def test_the_folder_is_the_users_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSAY_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.setenv("ASSAY_CACHE_DIR", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder().name == "assay"


def test_a_key_tells_its_parts_apart() -> None:
    assert len({key_of("a", "b"), key_of("ab"), key_of("a", ["b"]), key_of(["a", "b"])}) == 4
