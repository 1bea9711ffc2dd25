"""What a file really is: checked by its bytes, with hard limits, before anything is stored."""

from __future__ import annotations

from typing import BinaryIO

from flask_babel import gettext as _

from lms.kernel.pdfium import pdfium
from lms.plugins.materials.enums import FileKind
from lms.plugins.materials.errors import FileRefused
from lms.plugins.materials.ooxml import check_office
from lms.plugins.materials.pictures import check_jpeg, check_png

MAX_PAGES = 3_000


def inspect(file: BinaryIO) -> tuple[FileKind, int | None]:
    """`(kind, pages or None)` of an acceptable file. Raises FileRefused with a reason that a speaker understands."""
    file.seek(0)
    head = file.read(8)
    try:
        return _inspected(file, head)
    finally:
        file.seek(0)


def _inspected(file: BinaryIO, head: bytes) -> tuple[FileKind, int | None]:
    if head.startswith(b"%PDF-"):
        return FileKind.PDF, _pages(file)
    if head.startswith(b"PK\x03\x04"):
        return check_office(file), None
    if head == b"\x89PNG\r\n\x1a\n":
        check_png(file)
        return FileKind.PNG, None
    if head.startswith(b"\xff\xd8\xff"):
        check_jpeg(file)
        return FileKind.JPEG, None
    raise FileRefused(_("This is not a PDF, PPTX, DOCX, XLSX, PNG or JPG file. Save it as one of these."), "file")


def _pages(file: BinaryIO) -> int:
    """Read through the file object: a PDF of 200 MB is never in memory as a whole."""
    file.seek(0)
    with pdfium() as library:
        try:
            document = library.PdfDocument(file)
            try:
                pages = len(document)
            finally:
                document.close()
        except library.PdfiumError:
            raise FileRefused(
                _("This PDF is damaged or locked with a password. Save it anew without one."), "file"
            ) from None
    if pages == 0:
        raise FileRefused(_("This PDF has no pages."), "file")
    if pages > MAX_PAGES:
        raise FileRefused(_("This PDF has %(count)s pages; split it.", count=pages), "file")
    return pages
