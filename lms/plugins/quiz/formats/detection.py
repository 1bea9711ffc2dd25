"""Which format a file is in, by what is in it and then by its name."""

from __future__ import annotations

import re
from pathlib import PurePath

from flask_babel import gettext as _

from lms.plugins.quiz.formats import csv_file, encoding, office, xml_safety
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.zip_safety import SafeZip, is_zip, open_zip

_TEXTS = {".gift": "gift", ".aiken": "aiken", ".csv": "csv", ".tsv": "csv"}
_AIKEN = re.compile(r"^(?:ANSWER|JAWABAN|KUNCI)[ \t]*:[ \t]*[A-Z][ \t]*$", re.MULTILINE)
_GIFT = re.compile(
    r"^(?:::|\$CATEGORY:)|(?<!\\)\{[ \t]*(?:[#=~]|(?:T|F|TRUE|FALSE)[ \t]*[#}]|\}|\n[ \t]*[=~])", re.MULTILINE
)
_NUMBERED = re.compile(r"^[ \t]*1[.)][ \t]", re.MULTILINE)  # Aiken has no numbers: it is text as people write it
_LOOK = 200_000  # letters that are enough to know a format


def detect(data: bytes, file_name: str = "") -> str:
    """The key of the format of a file, by what is in it, then by its name. Raises UnreadableFile for none."""
    office.refuse_others(data)
    if is_zip(data):
        return _of_archive(open_zip(data))
    # XML says itself which encoding it has.
    text = xml_safety.xml_text(data) if data[:_LOOK].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") else None
    head = (encoding.decode(data) if text is None else text)[:_LOOK].lstrip()
    if head.startswith("<"):
        found = _of_xml(head)
        if found:
            return found
    extension = PurePath(file_name).suffix.lower()
    if extension in {".csv", ".tsv"}:
        return "csv"
    if _AIKEN.search(head) and "{" not in head and not _NUMBERED.search(head):
        return "aiken"
    if _GIFT.search(head):
        return "gift"
    return _TEXTS.get(extension) or ("csv" if csv_file.is_table(head) else "text")


def _of_archive(archive: SafeZip) -> str:
    names = archive.names()
    office.refuse_open_document(archive)
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.rsplit("/", 1)[-1] == "imsmanifest.xml" for name in names):
        manifest = next(name for name in names if name.rsplit("/", 1)[-1] == "imsmanifest.xml")
        return "qti3" if b"qtiasi_v3p0" in archive.read(manifest) or b"qtiv3p0" in archive.read(manifest) else "qti2"
    raise UnreadableFile(
        _("This archive holds neither questions nor a document that is known. Choose the file with the questions.")
    )


def _of_xml(head: str) -> str:
    if re.search(r"<quiz[\s>]", head):
        return "moodle-xml"
    if re.search(r"<(?:\w+:)?qti-assessment-", head):
        return "qti3"
    return "qti2" if re.search(r"<(?:\w+:)?assessmentItem\b", head) else ""
