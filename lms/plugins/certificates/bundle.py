"""All certificates of a workshop as one ZIP, written while it is sent."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from io import RawIOBase
from typing import Any

from lms.kernel.storage import FileMissing, storage

_UNSAFE = re.compile(r"[^\w.,'-]+")


def file_name(number: int | None, holder: str) -> str:
    """ "001_SERT_Ratna_Wulandari.pdf"; the number sorts, the name is for people."""
    name = _UNSAFE.sub("_", holder).strip("_.")[:100]
    return f"{number or 0:03}_SERT_{name or '-'}.pdf"


def stream_zip(files: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """A ZIP of `(file name, storage key)`; one file in memory at a time, and missing ones left out."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as bundle:  # PDFs are compressed already
        for name, key in files:
            try:
                bundle.writestr(name, storage().read(key))
            except FileMissing:
                continue
            yield sink.take()
    yield sink.take()


class _Sink(RawIOBase):
    """A file that cannot seek and hands on what was written."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last call."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
