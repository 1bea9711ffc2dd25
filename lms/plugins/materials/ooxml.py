"""Office files by their parts: what kind one is, and that it holds no program code and loads nothing from elsewhere."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterable
from typing import IO
from xml.parsers import expat

from flask_babel import gettext as _

from lms.plugins.materials.enums import FileKind
from lms.plugins.materials.errors import FileRefused

MAX_MEMBERS = 5_000
MAX_UNPACKED = 600_000_000
MAX_RATIO = 200
MAX_EMBEDDED = 50_000_000
MAX_XML = 2_000_000  # of one list of relationships or content types; real ones have a few kilobytes
_PROLOG = 64_000  # what may stand before the first element of a part
_PIECE = 4_096
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, expat.ExpatError)
_PARTS = {"ppt/presentation.xml": FileKind.PPTX, "word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
_EMBEDDABLE = (".xlsx", ".docx", ".pptx")
_LINKS = re.compile(r"(https?://|mailto:|tel:)[^\s]", re.IGNORECASE)


class _Enough(Exception):
    """The first element was reached: what follows cannot be a document type."""


def check_office(file: IO[bytes], *, depth: int = 0) -> FileKind:
    """The kind of an acceptable file. Raises FileRefused with a reason that a speaker understands."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_sizes(members, file.seek(0, 2))
            names = _checked_names(members)
            _check_code(archive, names)
            for member in members:
                _check_part(archive, member, depth)
    except _DAMAGED:
        raise _damaged() from None
    found = [kind for part, kind in _PARTS.items() if part in names]
    if len(found) != 1:
        raise FileRefused(_("This is not a PPTX, DOCX or XLSX file. Save it as one of these, or as PDF."), "file")
    return found[0]


def _damaged() -> FileRefused:
    return FileRefused(_("This file is damaged. Open it, save it anew and try again."), "file")


def _check_sizes(members: list[zipfile.ZipInfo], size: int) -> None:
    """From what the archive says of itself, before a byte is unpacked; zipfile never reads more than that."""
    if len(members) > MAX_MEMBERS:
        raise FileRefused(_("This file has too many parts inside. Save it anew as PPTX or PDF."), "file")
    packed = sum(member.compress_size for member in members) or 1
    unpacked = sum(member.file_size for member in members)
    if packed > size:  # parts that overlap: the same bytes unpacked many times
        raise _damaged()
    if unpacked > MAX_UNPACKED or (unpacked > MAX_EMBEDDED and unpacked / packed > MAX_RATIO):
        raise FileRefused(_("This file unpacks to far more than its size. Save it anew as PDF."), "file")


def _checked_names(members: list[zipfile.ZipInfo]) -> set[str]:
    names = {member.filename for member in members}
    is_link = any(stat.S_ISLNK(member.external_attr >> 16) for member in members)
    is_locked = any(member.flag_bits & 1 for member in members)
    leaves = any("\\" in name or name.startswith("/") or ".." in name.split("/") for name in names)
    if len(names) != len(members) or is_link or is_locked or leaves:
        raise _damaged()
    if "[Content_Types].xml" not in names:
        raise FileRefused(_("This is not a PPTX, DOCX or XLSX file. Save it as one of these, or as PDF."), "file")
    return names


def _check_code(archive: zipfile.ZipFile, names: Iterable[str]) -> None:
    """Macros by the declared types too: the part that holds them may have any name."""
    low = [name.lower() for name in names]
    declared = " ".join(
        attributes.get("ContentType", "").lower() for _name, attributes in _elements(archive, "[Content_Types].xml")
    )
    has_macros = any(name.endswith("vbaproject.bin") for name in low) or "vbaproject" in declared
    if has_macros or "macroenabled" in declared:
        raise FileRefused(
            _("This file holds macros (program code). Save it as PPTX, DOCX or XLSX without macros."), "file"
        )
    embedded = [name for name in low if "/embeddings/" in name and not name.endswith(("/", ".rels"))]
    if any("/activex/" in name for name in low) or not all(name.endswith(_EMBEDDABLE) for name in embedded):
        raise FileRefused(_("This file holds an embedded program object. Replace it with a picture."), "file")
    if any("/externallinks/" in name for name in low):
        raise _loads()


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> None:
    name = member.filename.lower()
    if name.endswith((".xml", ".rels", ".vml")):
        _check_prolog(archive, member)
    if name.endswith(".rels"):
        for element, attributes in _elements(archive, member.filename):
            if element == "Relationship" and attributes.get("TargetMode", "").lower() == "external":
                _check_link(attributes)
    if "/embeddings/" in name and name.endswith(_EMBEDDABLE):
        if depth or member.file_size > MAX_EMBEDDED:
            raise FileRefused(_("This file holds an embedded program object. Replace it with a picture."), "file")
        with archive.open(member) as inner:
            check_office(inner, depth=depth + 1)


def _check_link(attributes: dict[str, str]) -> None:
    """Hyperlinks may lead outside; templates, pictures and objects that load from elsewhere may not."""
    if not attributes.get("Type", "").lower().endswith("/hyperlink"):
        raise _loads()
    target = attributes.get("Target", "").strip()
    if not _LINKS.match(target):
        shown = "".join(char for char in target if char.isprintable())[:80]
        raise FileRefused(_("This file has a link that leads to no web page: %(link)s. Remove it.", link=shown), "file")


def _loads() -> FileRefused:
    return FileRefused(
        _("This file loads something from another address. Put the picture or template into the file itself."), "file"
    )


def _elements(archive: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """`(local name, attributes)` of every element, in whatever encoding the part is written."""
    with archive.open(name) as part:
        text = part.read(MAX_XML + 1)
    if len(text) > MAX_XML:
        raise _damaged()
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    parser.Parse(text, True)
    return found


def _check_prolog(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """No part may declare a document type: that is how entities read other files or grow without end."""
    parser = _parser()
    parser.StartElementHandler = _stop
    with archive.open(member) as part:
        for _piece in range(_PROLOG // _PIECE):
            try:
                parser.Parse(part.read(_PIECE), False)
            except _Enough:
                return
    if member.file_size:
        raise _damaged()


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _stop(_tag: str, _attributes: dict[str, str]) -> None:
    raise _Enough


def _refuse_doctype(*_declared: object) -> None:
    raise _damaged()
