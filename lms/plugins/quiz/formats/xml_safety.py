"""XML of strangers: no document types, no entities, no network, no endless trees."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from flask_babel import gettext as _
from lxml import etree  # type: ignore[import-untyped]

from lms.plugins.quiz.formats import encoding
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.limits import check_file_size

Element = Any  # lxml has no types
MAX_MARKS = 1_000_000  # of "<": elements, comments and tags inside of texts
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}\?>")
_DECLARED = re.compile(rb"""^\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,9}));")


class BrokenXml(UnreadableFile):
    """The markup is not well formed; `line` is where, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(
            _("The file is damaged near line %(number)s. Export it again and choose the new file.", number=line)
        )
        self.line = line


def xml_text(data: bytes) -> str:
    """The text of an XML file without its declaration, in the encoding that it truly has, ready for `parse_text`."""
    check_file_size(data)
    text = encoding.clean(_in_declared_encoding(data)) if _DECLARED.match(data) else encoding.decode(data)
    found = _DECLARATION.match(text)
    text = "\n" * found.group().count("\n") + text[found.end() :] if found else text
    if text.count("<") > MAX_MARKS or text.count("&#") > MAX_MARKS // 4:
        raise UnreadableFile(_("The file holds far more than a file of questions does. Split it into several files."))
    _refuse_document_type(text)
    return _REFERENCE.sub(_allowed, text) if "&#" in text else text


def parse_text(text: str) -> Element:
    """The root element. Raises BrokenXml; at most 256 levels deep and 10 MB in one text, by the parser's own limits."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.strip("\n ").encode() if not text.startswith("\n") else text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise BrokenXml(error.lineno or 1) from None


def parse(data: bytes) -> Element:
    """The root element of an XML file. Raises UnreadableFile for what is broken or dangerous."""
    return parse_text(xml_text(data))


def _in_declared_encoding(data: bytes) -> str:
    """What is valid UTF-8 is UTF-8, whatever the file says; then its own word counts, then a look at the letters."""
    found = _DECLARED.match(data)
    declared = found.group(1).decode().lower() if found else "utf-8"
    if declared in {"iso-8859-1", "latin-1", "latin1", "us-ascii"}:
        declared = "cp1252"  # as every browser reads it
    for name in ("utf-8", declared):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return encoding.decode(data)


def _refuse_document_type(text: str) -> None:
    """Looks before the root element, where alone a document type may stand."""
    place = 0
    while True:
        place = text.find("<", place)
        if text.startswith("<!--", place):
            place = text.find("-->", place)
        elif text.startswith("<?", place):
            place = text.find("?>", place)
        else:
            break
        if place < 0:
            return
    if text[place : place + 2] == "<!":
        raise UnreadableFile(
            _("The file declares entities or a document type, which may be harmful. Export it again without them.")
        )


def _allowed(reference: re.Match[str]) -> str:
    """A character reference, or nothing where XML forbids the character."""
    code = int(reference.group(1), 16) if reference.group(1) else int(reference.group(2))
    is_fine = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference.group() if is_fine else ""


def inner_markup(element: Element) -> str:
    """What is inside an element: its text, or markup where it holds elements."""
    if not len(element):
        return element.text or ""
    parts = [etree.tostring(child, encoding="unicode") for child in element]
    return escape(element.text or "", quote=False) + "".join(parts)


def to_xhtml(html: str) -> str:
    """HTML as markup that is well formed in XML."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    root = etree.fromstring(f"<html><body><div>{html}</div></body></html>".encode(), parser)
    return "" if root is None else inner_markup(root.find("body/div"))
