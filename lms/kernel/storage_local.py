"""Stored files in a local folder: temporary file, fsync, rename."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lms.kernel.storage_backend import FileMissing, Space, check_key

_UNFINISHED = ".unfinished"


class LocalFiles:
    """Files under `root`, spread over 256 folders by a hash of the key so that no folder grows without end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / _UNFINISHED).mkdir(parents=True, exist_ok=True)

    def _path(self, key: str) -> Path:
        shard = hashlib.sha256(check_key(key).encode()).hexdigest()[:2]
        return self.root / shard / key

    def _existing(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise FileMissing(key)
        return path

    def write(self, key: str, chunks: Iterator[bytes], content_type: str) -> None:
        """Durable when it returns: the bytes and the name are both on disk."""
        target = self._path(key)
        handle, name = tempfile.mkstemp(dir=self.root / _UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)

    def open(self, key: str) -> BinaryIO:
        return self._existing(key).open("rb")

    def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes from `start` up to but without `end`."""
        with self.open(key) as file:
            file.seek(start)
            return file.read(max(0, end - start))

    def size(self, key: str) -> int:
        return self._existing(key).stat().st_size

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Deleting what is not there is no error."""
        self._path(key).unlink(missing_ok=True)

    def iter_keys(self, prefix: str) -> Iterator[str]:
        for shard in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(shard.rglob("*")):
                key = path.relative_to(shard).as_posix()
                if key.startswith(prefix) and path.is_file():
                    yield key

    def age_seconds(self, key: str) -> float:
        """Seconds since the file was written, by the clock of its disk."""
        return time.time() - self._existing(key).stat().st_mtime

    def space(self) -> Space:
        usage = shutil.disk_usage(self.root)
        return Space(usage.free, usage.total)

    def sweep(self, older_than_seconds: float) -> int:
        """Remove what killed writers left behind; returns how many files."""
        swept = 0
        for path in (self.root / _UNFINISHED).iterdir():
            try:
                if time.time() - path.stat().st_mtime > older_than_seconds:
                    path.unlink()
                    swept += 1
            except FileNotFoundError:
                continue  # its writer finished meanwhile
        return swept

    def check(self) -> None:
        """Raise OSError when nothing can be written here."""
        with tempfile.NamedTemporaryFile(dir=self.root / _UNFINISHED) as file:
            file.write(b"ok")


def _sync_folder(folder: Path) -> None:
    """Without this a power cut may forget the rename."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
