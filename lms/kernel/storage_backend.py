"""What a place for stored files must offer, which keys it accepts, and the errors it raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Protocol

from flask_babel import lazy_gettext as _l

from lms.kernel.errors import NotFound, RuleViolation

MAX_KEY = 200
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


class FileMissing(NotFound):
    """No file is stored under this key."""


class StorageFull(RuleViolation):
    """The disk is nearly full: files are refused first, so that check-ins can still be written."""

    status = 507

    def __init__(self) -> None:
        super().__init__(_l("The server is nearly out of space, so it takes no files now. Tell the administrator."))


class Space(NamedTuple):
    """Bytes free and bytes in all on the disk that holds the files."""

    free: int
    total: int


def check_key(key: str) -> str:
    """Return `key` when it is safe as a path on every backend; ValueError else.

    Keys are built by our code, never from a person's file name: segments of `A-Za-z0-9._-` that start with a letter,
    digit or underscore, joined by `/`, at most 200 characters.
    """
    if len(key) > MAX_KEY or not all(_SEGMENT.fullmatch(part) for part in key.split("/")):
        raise ValueError("storage key is empty, too long or has unsafe characters")
    return key


class Backend(Protocol):
    """A flat key-value store of files. Writes are atomic: a reader sees the old bytes or the new ones."""

    def write(self, key: str, chunks: Iterator[bytes], content_type: str) -> None: ...
    def open(self, key: str) -> BinaryIO: ...
    def read_range(self, key: str, start: int, end: int) -> bytes: ...
    def size(self, key: str) -> int: ...
    def exists(self, key: str) -> bool: ...
    def delete(self, key: str) -> None: ...
    def iter_keys(self, prefix: str) -> Iterator[str]: ...
    def age_seconds(self, key: str) -> float: ...
    def space(self) -> Space | None: ...
    def sweep(self, older_than_seconds: float) -> int: ...
    def check(self) -> None: ...
