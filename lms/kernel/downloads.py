"""Answers that hand out a stored file: ranges, validators, and headers that keep it from running as a page."""

from __future__ import annotations

import unicodedata
from typing import Self
from urllib.parse import quote

from flask import Response, abort, request

from lms.kernel.storage import FileMissing, Storage, storage

_PIECE = 1024 * 1024

# Only these may be shown inside a page; anything else is always offered as a download.
INLINE_TYPES = frozenset(
    {"application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif", "video/mp4", "audio/mpeg", "audio/mp4"}
)
_SANDBOX = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
# Browsers' PDF viewers refuse to work in a sandboxed document; the type is fixed by nosniff.
_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def serve(
    key: str,
    *,
    filename: str,
    content_type: str,
    etag: str = "",
    inline: bool = False,
    cache_control: str = "private, no-store",
) -> Response:
    """The stored file as a response: 200, 206 for a range, 304 for a known `etag`; 404 when its bytes are gone.

    `etag` defaults to the registered SHA-256. `inline` is honoured for harmless types only. The caller has already
    checked that the visitor may have the file.
    """
    files = storage()
    try:
        size = files.size(key)
    except FileMissing:
        abort(404)
    response = Response(_Body(files, key, size), mimetype=content_type, direct_passthrough=True)
    response.content_length = size
    shown = inline and content_type in INLINE_TYPES
    name_file(response, filename, inline=shown)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _PDF if shown and content_type == "application/pdf" else _SANDBOX
    response.headers["Cache-Control"] = cache_control
    record = None if etag else files.record(key)
    validator = etag or (record.sha256 if record else "")
    if validator:
        response.set_etag(validator)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    return response


def name_file(response: Response, filename: str, *, inline: bool = False) -> None:
    """Set Content-Disposition; a name beyond ASCII also travels in RFC 5987 form, for headers carry Latin-1 only."""
    name = "".join(char for char in filename if char.isprintable() and char not in '/\\"') or "file"
    names = {"filename": name}
    if not name.isascii():
        stem, dot, ending = name.rpartition(".")
        plain = unicodedata.normalize("NFKD", stem or ending).encode("ascii", "ignore").decode().strip(" -_.")
        tail = f".{ending}" if dot and ending.isascii() else ""
        names = {"filename": (plain or "file") + tail, "filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "inline" if inline else "attachment", **names)


class _Body:
    """The bytes in pieces, each read when it is due: an answer that nobody reads to its end holds nothing open."""

    def __init__(self, files: Storage, key: str, size: int) -> None:
        self._files, self._key, self._size, self._at = files, key, size, 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = self._files.read_range(self._key, self._at, min(self._at + _PIECE, self._size))
        if not piece:
            raise StopIteration
        self._at += len(piece)
        return piece

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int) -> None:
        self._at = offset

    def tell(self) -> int:
        return self._at
