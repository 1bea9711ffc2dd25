"""Gzip for pages and JSON that views make; static files bring their own compressed form."""

from __future__ import annotations

import gzip
import io
import secrets

from flask import Flask, Response, request

MIN_SIZE = 1000  # bytes; below this the header eats the gain
LEVEL = 5
_TYPES = frozenset(
    {
        "text/html",
        "text/plain",
        "text/css",
        "text/csv",
        "text/calendar",
        "text/javascript",
        "application/json",
        "application/problem+json",
        "application/manifest+json",
        "image/svg+xml",
    }
)
_MAX_PADDING = 64


def accepts_gzip() -> bool:
    """Whether the visitor takes gzip."""
    return request.accept_encodings["gzip"] > 0


def init_compression(app: Flask) -> None:
    """Compress after the views; must be registered after what writes into bodies."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not _is_compressible(response):
        return response
    response.vary.add("Accept-Encoding")
    if not accepts_gzip():
        return response
    response.set_data(_pack(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    etag, is_weak = response.get_etag()
    if etag is not None and not is_weak:  # the bytes differ from the plain answer's, the meaning does not
        response.set_etag(etag, weak=True)
    return response


def _is_compressible(response: Response) -> bool:
    if response.status_code in {204, 206, 304} or response.direct_passthrough or not response.is_sequence:
        return False
    if "Content-Encoding" in response.headers or response.cache_control.no_transform:
        return False
    return response.mimetype in _TYPES and (response.calculate_content_length() or 0) >= MIN_SIZE


def _pack(data: bytes) -> bytes:
    """Gzip with a file name of random length, so that the size says nothing about a secret beside echoed input."""
    name = "x" * (1 + secrets.randbelow(_MAX_PADDING))
    buffer = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=LEVEL, fileobj=buffer, mtime=0) as packed:
        packed.write(data)
    return buffer.getvalue()
