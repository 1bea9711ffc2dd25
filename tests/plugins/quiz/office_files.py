"""Makes office files for the tests of question imports, as authors and other programs write them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import xlsxwriter

FILES = Path(__file__).parent / "files"
CHOICE = ("NO", "SOAL", "JAWABAN A", "JAWABAN B", "JAWABAN C", "JAWABAN D", "JAWABAN E", "JAWABAN BENAR")


def png(colour: int = 0) -> bytes:
    """A picture of one dot."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(bytes((0, colour, 0, 0)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def xlsx(*sheets: tuple[str, Sequence[Sequence[Any]]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file.getvalue()


def saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def table(document: Any, *rows: Sequence[str]) -> Any:
    made = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for cells, row in zip((row.cells for row in made.rows), rows, strict=True):
        for cell, text in zip(cells, row, strict=False):
            cell.text = text
    return made


def paragraphs(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def changed(data: bytes, change: dict[str, Any], *, without: Sequence[str] = ()) -> bytes:
    """A package whose parts `change` rewrites: `{name: function of its text}`."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in without:
                part = old.read(name)
                new.writestr(name, change[name](part.decode()) if name in change else part)
    return file.getvalue()
