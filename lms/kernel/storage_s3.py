"""Stored files in an S3-compatible bucket, through obstore."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import S3Store

from lms.kernel.errors import ConfigurationError
from lms.kernel.storage_backend import FileMissing, Space, check_key

_READ_AHEAD = 1024 * 1024


class S3Files:
    """Files in one bucket under an optional prefix.

    `url` is `s3://bucket/prefix?endpoint=…&region=…&access_key_id=…&secret_access_key=…`; credentials that it lacks
    come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        unknown = options.keys() - {"endpoint", "region", "access_key_id", "secret_access_key"}
        if unknown or not parts.hostname:
            raise ConfigurationError(f"LMS_STORAGE_URL: no bucket, or unknown options {sorted(unknown)}")
        endpoint = options.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL", "")
        self._prefix = f"{parts.path.strip('/')}/" if parts.path.strip("/") else ""
        self._store = S3Store(
            parts.hostname,
            endpoint=endpoint or None,
            region=options.get("region") or os.environ.get("AWS_REGION", "us-east-1"),
            access_key_id=options.get("access_key_id") or os.environ.get("AWS_ACCESS_KEY_ID"),
            secret_access_key=options.get("secret_access_key") or os.environ.get("AWS_SECRET_ACCESS_KEY"),
            virtual_hosted_style_request=not endpoint,
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": "30s"},
            retry_config={"max_retries": 3},
        )

    def _path(self, key: str) -> str:
        return self._prefix + check_key(key)

    def write(self, key: str, chunks: Iterator[bytes], content_type: str) -> None:
        obstore.put(self._store, self._path(key), chunks, attributes={"Content-Type": content_type})

    def open(self, key: str) -> BinaryIO:
        raw = _RangeReader(self._store, self._path(key), self.size(key))
        return cast("BinaryIO", io.BufferedReader(raw, buffer_size=_READ_AHEAD))

    def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes from `start` up to but without `end`."""
        end = min(end, self.size(key))
        return bytes(obstore.get_range(self._store, self._path(key), start=start, end=end)) if end > start else b""

    def size(self, key: str) -> int:
        try:
            return int(obstore.head(self._store, self._path(key))["size"])
        except (NotFoundError, FileNotFoundError):
            raise FileMissing(key) from None

    def exists(self, key: str) -> bool:
        try:
            self.size(key)
        except FileMissing:
            return False
        return True

    def delete(self, key: str) -> None:
        """Deleting what is not there is no error."""
        try:
            obstore.delete(self._store, self._path(key))
        except (NotFoundError, FileNotFoundError):
            return

    def iter_keys(self, prefix: str) -> Iterator[str]:
        # The store lists whole path segments only, so a prefix that ends inside one is cut back to its folder.
        folder = self._prefix + (prefix.rpartition("/")[0] + "/" if "/" in prefix else "")
        for batch in obstore.list(self._store, folder or None):
            for item in batch:
                key = item["path"].removeprefix(self._prefix)
                if key.startswith(prefix):
                    yield key

    def age_seconds(self, key: str) -> float:
        """Seconds since the file was written, by the clock of the bucket."""
        written: datetime = obstore.head(self._store, self._path(key))["last_modified"]
        return (datetime.now(UTC) - written).total_seconds()

    def space(self) -> Space | None:
        return None

    def sweep(self, older_than_seconds: float) -> int:
        """Nothing is left behind: unfinished uploads are the bucket's own life-cycle rule."""
        return 0

    def check(self) -> None:
        """Raise when the bucket cannot be listed."""
        for _batch in obstore.list(self._store, self._prefix or None, chunk_size=1):
            return


class _RangeReader(io.RawIOBase):
    """A seekable view of one object that fetches only the ranges that are read."""

    def __init__(self, store: S3Store, path: str, size: int) -> None:
        super().__init__()
        self._store, self._path, self._size, self._at = store, path, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        data = obstore.get_range(self._store, self._path, start=self._at, end=end)
        count = len(data)
        buffer[:count] = memoryview(data)
        self._at += count
        return count
