"""From an open file to stored bytes: limits, content and storage, before any transaction holds a lock."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from flask_babel import gettext as _

from lms.kernel.i18n import filesize
from lms.kernel.settings import setting
from lms.kernel.storage import storage
from lms.plugins.materials.enums import CONTENT_TYPES, FileKind
from lms.plugins.materials.errors import FileRefused, FileTooLarge
from lms.plugins.materials.inspection import inspect

MOST_MEGABYTES = 200  # whatever a setting says


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file that is good and stored, but of no material yet."""

    key: str
    kind: FileKind
    pages: int | None
    size: int
    sha256: str


def receive(*, workshop_id: int, file: BinaryIO) -> Received:
    """Check and store a file. Raises FileRefused, or StorageFull."""
    _check_size(file, workshop_id)
    kind, pages = inspect(file)
    key = f"materials/{workshop_id}/{secrets.token_hex(16)}.{kind.value}"
    stored = storage().put(key, file, content_type=CONTENT_TYPES[kind])
    return Received(key=key, kind=kind, pages=pages, size=stored.size, sha256=stored.sha256)


@contextmanager
def received(*, workshop_id: int, file: BinaryIO) -> Iterator[Received]:
    """The same around a unit of work: when that fails, the bytes go again.

    A speaker's upload takes seconds on a slow disk or bucket; check-ins must not wait for it.
    """
    arrived = receive(workshop_id=workshop_id, file=file)
    try:
        yield arrived
    except BaseException:
        storage().delete(arrived.key)
        raise


def _check_size(file: BinaryIO, workshop_id: int) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise FileRefused(_("This file is empty. Choose another one."), "file")
    limit = min(setting("materials.max_megabytes", workshop_id=workshop_id), MOST_MEGABYTES) * 1_000_000
    if size > limit:
        text = _(
            "The file is %(size)s, the limit is %(limit)s. Make it smaller.", size=filesize(size), limit=filesize(limit)
        )
        raise FileTooLarge(text, "file")
