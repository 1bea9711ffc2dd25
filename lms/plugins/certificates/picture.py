"""Page one of a certificate as a picture: drawn at first sight, kept beside the file."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import sqlalchemy as sa

from lms.kernel.db import db, unit_of_work
from lms.kernel.pdfium import pdfium
from lms.kernel.storage import storage
from lms.plugins.certificates.models import Certificate

_SCALE = 1.25  # 297 mm become 1052 pixels: sharp on a phone held sideways


def picture_key(certificate: Certificate) -> str:
    """Where the picture is kept."""
    return f"{certificate.storage_key.removesuffix('.pdf')}.png"


def ensure_picture(certificate: Certificate) -> str:
    """Draw the picture unless it is there; its key. Raises FileMissing when the certificate's file is gone."""
    return kept(picture_key(certificate), lambda: draw_first_page(storage().read(certificate.storage_key)))


def kept(key: str, draw: Callable[[], bytes]) -> str:
    """`key`, where the PNG is after this; `draw` is asked for it when it is not there yet."""
    if not storage().exists(key):
        png = draw()
        try:
            with unit_of_work():
                storage().put(key, png, content_type="image/png")
        except sa.exc.IntegrityError:  # another request has just stored the same picture
            db.session.rollback()
    return key


def draw_first_page(pdf: bytes) -> bytes:
    """A PNG of page one."""
    with pdfium() as library:
        document = library.PdfDocument(pdf)
        try:
            bitmap = document[0].render(scale=_SCALE, rev_byteorder=True)
            width, height, stride = bitmap.width, bitmap.height, bitmap.stride
            channels, pixels = bitmap.n_channels, bytes(bitmap.buffer)
        finally:
            document.close()
    lines = (pixels[at * stride : at * stride + width * channels] for at in range(height))
    return _png(width, height, channels, b"".join(b"\x00" + line for line in lines))


def _png(width: int, height: int, channels: int, lines: bytes) -> bytes:
    kind = {1: 0, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
