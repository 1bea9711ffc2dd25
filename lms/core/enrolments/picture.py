"""The QR code of a ticket as a picture file, for phones that keep tickets among their photos."""

from __future__ import annotations

import struct
import zlib

from lms.kernel.qr import qr_matrix

_SCALE = 12  # pixels per module: sharp on a phone and on paper
_QUIET = 4  # modules of white around the code


def qr_png(text: str) -> bytes:
    """A black and white PNG of about one kilobyte."""
    matrix = qr_matrix(text)
    side = (len(matrix) + 2 * _QUIET) * _SCALE
    blank = [False] * (len(matrix) + 2 * _QUIET)
    margin = [False] * _QUIET
    rows = [blank] * _QUIET + [[*margin, *row, *margin] for row in matrix] + [blank] * _QUIET
    lines = b"".join(_line(row) * _SCALE for row in rows)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)  # one bit a pixel, grey
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 9)) + _chunk(b"IEND", b"")
    )


def _line(row: list[bool]) -> bytes:
    """One line of pixels: the filter byte, then bits from the left, 1 for white."""
    bits = "".join(("0" if dark else "1") * _SCALE for dark in row)
    padded = bits + "1" * (-len(bits) % 8)
    return b"\x00" + int(padded, 2).to_bytes(len(padded) // 8, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
