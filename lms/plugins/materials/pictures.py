"""PNG and JPEG by their structure: complete, and of a size that a phone can open."""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

from flask_babel import gettext as _

from lms.plugins.materials.errors import FileRefused

MAX_SIDE = 20_000
MAX_PIXELS = 120_000_000
_MAX_CHUNKS = 100_000
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length


def check_png(file: BinaryIO) -> None:
    """Header with a right checksum, picture data, end. Raises FileRefused."""
    file.seek(8)
    seen: set[bytes] = set()
    for index in range(_MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            break
        length, name = struct.unpack(">I4s", head)
        if index == 0:
            _check_header(name, file.read(length + 4) if length == 13 else b"")
        else:
            file.seek(length + 4, 1)
        seen.add(name)
        if name == b"IEND":
            break
    if not {b"IHDR", b"IDAT", b"IEND"} <= seen:
        raise _damaged()


def check_jpeg(file: BinaryIO) -> None:
    """A frame with its size, then a scan. Raises FileRefused."""
    file.seek(2)
    has_size = False
    for _segment in range(_MAX_CHUNKS):
        marker = _marker(file)
        if marker == 0xDA:  # the picture itself follows
            if not has_size:
                raise _damaged()
            return
        if marker in _BARE:
            continue
        length = int.from_bytes(file.read(2), "big")
        if length < 2 or marker == 0xD9:
            raise _damaged()
        body = file.read(length - 2)
        if len(body) < length - 2:
            raise _damaged()
        if marker in _FRAMES:
            if len(body) < 6:
                raise _damaged()
            _check_sides(int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big"))
            has_size = True
    raise _damaged()


def _marker(file: BinaryIO) -> int:
    """The next marker; any number of 0xFF may stand before it."""
    if file.read(1) != b"\xff":
        raise _damaged()
    for _fill in range(_MAX_CHUNKS):
        byte = file.read(1)
        if byte != b"\xff":
            return byte[0] if byte else 0xD9
    raise _damaged()


def _check_header(name: bytes, body: bytes) -> None:
    if name != b"IHDR" or len(body) != 17 or zlib.crc32(name + body[:13]) != int.from_bytes(body[13:], "big"):
        raise _damaged()
    _check_sides(int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big"))


def _check_sides(width: int, height: int) -> None:
    if not width or not height:
        raise _damaged()
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise FileRefused(
            _("This picture is %(width)s × %(height)s pixels; make it smaller.", width=width, height=height), "file"
        )


def _damaged() -> FileRefused:
    return FileRefused(_("This picture is damaged. Open it, save it anew and try again."), "file")
