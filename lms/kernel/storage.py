"""Stored files of the current app: bytes in a folder or a bucket, and their register in the database."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import sqlalchemy as sa
from flask import current_app

from lms.kernel.clock import now
from lms.kernel.db import after_commit, db, unit_of_work
from lms.kernel.errors import ConfigurationError
from lms.kernel.installation import settings
from lms.kernel.storage_backend import Backend, FileMissing, Space, StorageFull, check_key
from lms.kernel.storage_local import LocalFiles
from lms.kernel.storage_models import StoredFileRow

__all__ = ["FileMissing", "Storage", "StorageFull", "StoredFile", "keep_free", "storage"]
_CHUNK = 256 * 1024
_FLOOR = 500 * 1000 * 1000
_EXTENSION = "lms_storage"


@dataclass(frozen=True)
class StoredFile:
    """What was stored; `sha256` is of the bytes, in hex."""

    key: str
    size: int
    sha256: str


def keep_free(space: Space) -> int:
    """Bytes that uploads must leave free: 500 MB or 5 %, whichever is more."""
    return max(_FLOOR, space.total // 20)


class Storage:
    """The files of one app. `reserve(space)` answers how many bytes must stay free."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.reserve = keep_free

    def put(self, key: str, data: bytes | BinaryIO, *, content_type: str) -> StoredFile:
        """Store bytes under a new key and register them in the caller's transaction.

        The bytes are written first, so nothing is locked meanwhile; when the transaction rolls back they are an orphan
        that `sweep` removes. Use a fresh key for new content: putting the same bytes again is harmless. Raises
        StorageFull.
        """
        check_key(key)
        self.guard()
        counted = _Counted(io.BytesIO(data) if isinstance(data, bytes) else data)
        self.backend.write(key, iter(counted), content_type)
        stored = StoredFile(key, counted.size, counted.digest.hexdigest())
        with unit_of_work():
            _register(stored, content_type)
        return stored

    def guard(self) -> None:
        """Raise StorageFull when too little space is left; call it before a long upload begins."""
        space = self.backend.space()
        if space is not None and space.free < self.reserve(space):
            raise StorageFull

    def open(self, key: str) -> BinaryIO:
        """A seekable reader that the caller closes; raises FileMissing."""
        return self.backend.open(key)

    def read(self, key: str) -> bytes:
        """All bytes; for files known to be small. Raises FileMissing."""
        with self.open(key) as file:
            return file.read()

    def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes from `start` up to but without `end`; raises FileMissing."""
        return self.backend.read_range(key, start, end)

    def size(self, key: str) -> int:
        """Bytes; raises FileMissing."""
        return self.backend.size(key)

    def exists(self, key: str) -> bool:
        return self.backend.exists(key)

    def delete(self, key: str) -> None:
        """Unregister in the caller's transaction; the bytes go after its commit."""
        with unit_of_work():
            db.session.execute(sa.delete(StoredFileRow).where(StoredFileRow.key == check_key(key)))
            after_commit(lambda: self.backend.delete(key))

    def iter_keys(self, prefix: str = "") -> Iterator[str]:
        """Keys of the bytes that are there, registered or not."""
        return self.backend.iter_keys(prefix)

    def record(self, key: str) -> StoredFileRow | None:
        """The register's row of `key`."""
        return db.session.get(StoredFileRow, key)

    def orphans(self, *, older_than_seconds: float) -> Iterator[str]:
        """Keys with bytes but no row: left by a transaction that rolled back."""
        known = set(db.session.scalars(sa.select(StoredFileRow.key)))
        for key in self.backend.iter_keys(""):
            if key not in known and self.backend.age_seconds(key) > older_than_seconds:
                yield key

    def sweep(self, *, older_than_seconds: float = 86_400) -> int:
        """Remove orphans and unfinished writes older than a day; returns how many."""
        orphans = list(self.orphans(older_than_seconds=older_than_seconds))
        for key in orphans:
            self.backend.delete(key)
        return len(orphans) + self.backend.sweep(older_than_seconds)


def sha256_of(chunks: Iterable[bytes]) -> str:
    """SHA-256 in hex."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """The rest of `file` in pieces of 256 KiB."""
    while chunk := file.read(_CHUNK):
        yield chunk


class _Counted:
    """Passes chunks on while it counts and hashes them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.size, self.digest = file, 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in chunks_of(self._file):
            self.size += len(chunk)
            self.digest.update(chunk)
            yield chunk


def _register(stored: StoredFile, content_type: str) -> None:
    values = {"sha256": stored.sha256, "size": stored.size, "content_type": content_type}
    record = db.session.get(StoredFileRow, stored.key)
    if record is None:
        db.session.add(StoredFileRow(key=stored.key, created_at=now(), **values))
    else:
        for name, value in values.items():
            setattr(record, name, value)
    db.session.flush()


def build_storage(url: str) -> Storage:
    """The storage that `LMS_STORAGE_URL` describes: `file:/folder` or `s3://bucket/…`."""
    if url.startswith("s3://"):
        from lms.kernel.storage_s3 import S3Files  # noqa: PLC0415 -- optional dependency

        return Storage(S3Files(url))
    if not url.startswith("file:"):
        raise ConfigurationError("LMS_STORAGE_URL must start with file: or s3://.")
    return Storage(LocalFiles(Path(url.removeprefix("file://").removeprefix("file:"))))


def storage() -> Storage:
    """The storage of the current app, made at first use."""
    found = current_app.extensions.get(_EXTENSION)
    if found is None:
        found = current_app.extensions.setdefault(_EXTENSION, build_storage(settings().storage_url))
    return cast("Storage", found)
