"""What a file really is: checked by its bytes, with hard limits, before anything is stored."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

import pypdfium2
from flask_babel import gettext as _

from lms.plugins.materials.enums import FileKind
from lms.plugins.materials.errors import FileRefused

MAX_MEMBERS = 5_000
MAX_UNPACKED = 600_000_000
MAX_RATIO = 200
MAX_PAGES = 3_000
MAX_PIXELS_SIDE = 20_000
_PARTS = {"ppt/presentation.xml": FileKind.PPTX, "word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
_EXTERNAL = re.compile(rb'<Relationship\b[^>]*TargetMode\s*=\s*["\']External["\'][^>]*>', re.IGNORECASE)


def inspect(file: BinaryIO) -> tuple[FileKind, int | None]:
    """`(kind, pages or None)` of an acceptable file. Raises FileRefused with a reason that a speaker understands."""
    head = _start(file)
    if head.startswith(b"%PDF-"):
        return FileKind.PDF, _pages(file)
    if head.startswith(b"PK\x03\x04"):
        return _office(file), None
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_sides(int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big"))
        return FileKind.PNG, None
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG, None
    raise FileRefused(_("This is not a PDF, PPTX, DOCX, XLSX, PNG or JPG file. Save it as one of these."), "file")


def _start(file: BinaryIO) -> bytes:
    file.seek(0)
    head = file.read(32)
    file.seek(0)
    return head


def _pages(file: BinaryIO) -> int:
    try:
        document = pypdfium2.PdfDocument(file.read())
        pages = len(document)
        document.close()
    except pypdfium2.PdfiumError:
        raise FileRefused(
            _("This PDF is damaged or locked with a password. Save it anew without one."), "file"
        ) from None
    finally:
        file.seek(0)
    if pages > MAX_PAGES:
        raise FileRefused(_("This PDF has %(count)s pages; split it.", count=pages), "file")
    return pages


def _office(file: BinaryIO) -> FileKind:
    try:
        with zipfile.ZipFile(file) as archive:
            kind = _checked_members(archive)
            for chunk in _relationships(archive):
                _check_links(chunk)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise FileRefused(_("This file is damaged. Open it, save it anew and try again."), "file") from None
    finally:
        file.seek(0)
    return kind


def _checked_members(archive: zipfile.ZipFile) -> FileKind:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise FileRefused(_("This file has too many parts inside. Save it anew as PPTX or PDF."), "file")
    packed = sum(member.compress_size for member in members) or 1
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or (unpacked > 50_000_000 and unpacked / packed > MAX_RATIO):
        raise FileRefused(_("This file unpacks to far more than its size. Save it anew as PDF."), "file")
    names = {member.filename for member in members}
    if any(name.startswith(("/", "\\")) or ".." in name.split("/") for name in names):
        raise FileRefused(_("This file is damaged. Open it, save it anew and try again."), "file")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused(
            _("This file holds macros (program code). Save it as PPTX, DOCX or XLSX without macros."), "file"
        )
    if any("/embeddings/oleobject" in name.lower() for name in names):
        raise FileRefused(_("This file holds an embedded program object. Replace it with a picture."), "file")
    found = [kind for part, kind in _PARTS.items() if part in names]
    if len(found) != 1 or "[Content_Types].xml" not in names:
        raise FileRefused(_("This is not a PPTX, DOCX or XLSX file. Save it as one of these, or as PDF."), "file")
    return found[0]


def _relationships(archive: zipfile.ZipFile) -> Iterator[bytes]:
    for member in archive.infolist():
        if member.filename.endswith(".rels"):
            with archive.open(member) as part:
                yield part.read(2_000_000)


def _check_links(relationships: bytes) -> None:
    """Hyperlinks may lead outside; templates, pictures and objects that load from elsewhere may not."""
    for match in _EXTERNAL.findall(relationships):
        if b"/hyperlink" not in match.lower():
            raise FileRefused(
                _("This file loads something from another address. Put the picture or template into the file itself."),
                "file",
            )


def _check_sides(width: int, height: int) -> None:
    if max(width, height) > MAX_PIXELS_SIDE:
        raise FileRefused(
            _("This picture is %(width)s × %(height)s pixels; make it smaller.", width=width, height=height), "file"
        )
