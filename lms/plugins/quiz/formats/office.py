"""What the office formats share: the parts of a package, and refusals of the documents that are none of ours."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from lms.plugins.quiz.formats import xml_safety
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.zip_safety import SafeZip, open_zip

Element = Any  # lxml has no types
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
_SHEETS = ("Workbook".encode("utf-16-le"), "Book\x00".encode("utf-16-le"))


def open_package(data: bytes) -> SafeZip:
    """The archive of a .docx or .xlsx. Raises UnreadableFile with what to do for every other document."""
    refuse_others(data)
    archive = open_zip(data)
    refuse_open_document(archive)
    return archive


def refuse_others(data: bytes) -> None:
    """Raises UnreadableFile for PDF, old Word and Excel, RTF, and documents that a password locks."""
    head = data[:8]
    if head.startswith(_OLE):
        _refuse_old(data)
    if data[:1024].lstrip().startswith(b"%PDF"):
        raise UnreadableFile(
            _("A PDF cannot be read. Open the document that it was made from and save it as .docx, or paste its text.")
        )
    if head.startswith(b"{\\rtf"):
        raise UnreadableFile(_("This is an RTF document. Open it and save it as .docx, then choose the new file."))


def refuse_open_document(archive: SafeZip) -> None:
    """Raises UnreadableFile for .odt and .ods."""
    if "mimetype" not in archive:
        return
    kind = archive.read("mimetype")
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        raise UnreadableFile(_("This is an .ods workbook. Open it and save it as .xlsx, then choose the new file."))
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        raise UnreadableFile(_("This is an .odt document. Open it and save it as .docx, then choose the new file."))


def _refuse_old(data: bytes) -> None:
    if any(mark in data for mark in _LOCKED):
        raise UnreadableFile(
            _("The document is locked with a password. Take the password away, save it as .docx and choose it again.")
        )
    if any(mark in data for mark in _SHEETS):
        raise UnreadableFile(
            _("This is an old Excel workbook. Open it and save it as .xlsx, then choose the new file.")
        )
    raise UnreadableFile(
        _("This is an old Word document (.doc). Open it and save it as .docx, then choose the new file.")
    )


def targets(archive: SafeZip, part: str) -> dict[str, tuple[str, str]]:
    """`{id: (type, path)}` of what a part refers to; "" is the package itself. Addresses elsewhere have no path."""
    folder, _slash, name = part.rpartition("/")
    path = f"{folder}/_rels/{name}.rels".lstrip("/")
    if path not in archive:
        return {}
    found = {}
    for entry in every(xml_safety.parse(archive.read(path)), "Relationship"):
        target = entry.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        is_inside = entry.get("TargetMode") != "External"
        found[entry.get("Id", "")] = (entry.get("Type", ""), full if is_inside else "")
    return found


def target_of_type(archive: SafeZip, part: str, kind: str) -> str:
    """The path of the first part of a type, by the end of its name; "" for none."""
    return next((path for link, path in targets(archive, part).values() if link.endswith(kind)), "")


def every(root: Element, name: str) -> Iterator[Element]:
    """All elements of a local name: Word and strict files differ in their namespaces only."""
    yield from root.iter(f"{{*}}{name}")


def local(tag: object) -> str:
    """The name of an element or attribute without its namespace."""
    return str(tag).rsplit("}", 1)[-1]
