from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from bare import Build
from flask import Flask

from lms.kernel.db import unit_of_work
from lms.kernel.errors import ConfigurationError
from lms.kernel.storage import FileMissing, Storage, StorageFull, StoredFile, build_storage, keep_free, storage
from lms.kernel.storage_backend import Space, check_key

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture(params=["local", "s3"])
def files(request: pytest.FixtureRequest, build: Build) -> Storage:
    """Each test runs on a folder and on a bucket."""
    if request.param == "local":
        build()
    else:
        build(storage_url=request.getfixturevalue("s3_url"))
    return storage()


def test_stored_bytes_come_back_with_size_and_hash(files: Storage) -> None:
    assert files.put("materials/1/a.txt", b"abc", content_type="text/plain") == StoredFile("materials/1/a.txt", 3, ABC)
    assert files.read("materials/1/a.txt") == b"abc"
    assert files.size("materials/1/a.txt") == 3


def test_a_stream_is_stored_like_bytes(files: Storage) -> None:
    body = os.urandom(6_000_000)
    files.put("big", io.BytesIO(body), content_type="application/octet-stream")
    assert files.read("big") == body


def test_an_empty_file_can_be_stored(files: Storage) -> None:
    files.put("empty", b"", content_type="text/plain")
    assert files.read("empty") == b""


def test_ranges_are_half_open_and_end_with_the_file(files: Storage) -> None:
    files.put("digits", b"0123456789", content_type="text/plain")
    assert files.read_range("digits", 2, 5) == b"234"
    assert files.read_range("digits", 8, 99) == b"89"
    assert files.read_range("digits", 10, 12) == b""


def test_the_reader_can_seek(files: Storage) -> None:
    files.put("digits", b"0123456789", content_type="text/plain")
    with files.open("digits") as reader:
        reader.seek(7)
        assert reader.read() == b"789"
        reader.seek(-10, io.SEEK_END)
        assert reader.read(2) == b"01"


def test_what_was_never_stored_is_missing(files: Storage) -> None:
    assert not files.exists("nothing")
    with pytest.raises(FileMissing):
        files.open("nothing")
    with pytest.raises(FileMissing):
        files.size("nothing")


def test_keys_are_listed_by_prefix(files: Storage) -> None:
    for key in ("a/1", "a/10", "a/2", "b/1"):
        files.put(key, b"x", content_type="text/plain")
    assert sorted(files.iter_keys("a/1")) == ["a/1", "a/10"]
    assert sorted(files.iter_keys()) == ["a/1", "a/10", "a/2", "b/1"]


def test_deleted_bytes_go_after_the_commit(files: Storage) -> None:
    files.put("gone", b"x", content_type="text/plain")
    with unit_of_work():
        files.delete("gone")
        assert files.exists("gone")
    assert not files.exists("gone")
    assert files.record("gone") is None


def test_a_rolled_back_delete_keeps_the_file(files: Storage) -> None:
    files.put("kept", b"x", content_type="text/plain")
    with pytest.raises(ZeroDivisionError), unit_of_work():
        files.delete("kept")
        raise ZeroDivisionError
    assert files.read("kept") == b"x"
    assert files.record("kept") is not None


def test_a_rolled_back_put_is_an_orphan_that_the_sweep_removes(files: Storage) -> None:
    files.put("registered", b"x", content_type="text/plain")
    with pytest.raises(ZeroDivisionError), unit_of_work():
        files.put("orphan", b"x", content_type="text/plain")
        raise ZeroDivisionError
    assert files.sweep(older_than_seconds=3600) == 0
    assert files.exists("orphan")
    assert files.sweep(older_than_seconds=-5) == 1
    assert list(files.iter_keys()) == ["registered"]


@pytest.mark.parametrize(
    "key", ["", "../x", "a/../b", "/etc/passwd", "a//b", ".hidden", "a\\b", "a\0", "a b", "a/", "C:x", "k" * 201, "a\n"]
)
def test_unsafe_keys_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="unsafe"):
        check_key(key)


def test_uploads_are_refused_before_the_disk_is_full(bare: Flask) -> None:
    storage().reserve = lambda space: space.free + 1
    with pytest.raises(StorageFull):
        storage().put("late", b"x", content_type="text/plain")
    assert not storage().exists("late")
    storage().reserve = lambda space: 0
    storage().put("late", b"x", content_type="text/plain")


def test_the_reserve_is_the_larger_of_500_mb_and_five_percent() -> None:
    assert keep_free(Space(0, 1_000_000_000)) == 500_000_000
    assert keep_free(Space(0, 100_000_000_000)) == 5_000_000_000


def test_a_failed_write_leaves_the_old_bytes_and_no_rest(bare: Flask, tmp_path: Path) -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("cable pulled")

    storage().put("file", b"old", content_type="text/plain")
    with pytest.raises(OSError, match="cable"):
        storage().put("file", Breaks(), content_type="text/plain")
    assert storage().read("file") == b"old"
    assert list((tmp_path / "files" / ".unfinished").iterdir()) == []


def test_unfinished_writes_of_killed_processes_are_swept(bare: Flask, tmp_path: Path) -> None:
    storage()
    rest = tmp_path / "files" / ".unfinished" / "tmpkilled"
    rest.write_bytes(b"half")
    assert storage().sweep() == 0
    os.utime(rest, (time.time() - 90_000,) * 2)
    assert storage().sweep() == 1
    assert not rest.exists()


def test_an_unknown_storage_url_stops_with_a_reason() -> None:
    with pytest.raises(ConfigurationError, match="LMS_STORAGE_URL"):
        build_storage("ftp://example.org/files")
