"""From the bytes of a text file to its letters: the right ones, or a refusal."""

from __future__ import annotations

import codecs
import re

import charset_normalizer
from flask_babel import gettext as _

from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.limits import check_file_size

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins the same
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Control characters besides tab and line feed, half pairs, and what XML and JSON cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
# What texts in Indonesian, English and names of Western Europe hold besides ASCII when Windows wrote them.
_LETTERS = "àáâãäåçèéêëìíîïñòóôõöùúûü"
_SIGNS = set("‘’“”–—…•€£§©®™°±²³½¼¾×÷·«»¶µ¡¿\u00a0")
_IN_WORDS = set("‘’–—·\u00a0…×÷/")  # signs that may stand between two letters
_MANGLED = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")  # UTF-8 that was damaged elsewhere in the file
# Encodings of other scripts that are told from each other by their structure, given enough text.
_STRUCTURED = {"gb18030", "big5", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"}
_SAMPLE = 10_000
_STRANGE = re.compile("[^\x00-\x7f]")
_HIGH = bytes(range(128, 256))
_FEW = 40  # letters beyond ASCII that are too few to tell an encoding from


def decode(data: bytes) -> str:
    """The text of a file, with `\\n` at the ends of lines and without control characters.

    Raises UnreadableFile where the letters would be guessed, and for what is no text or is too large.
    """
    check_file_size(data)
    return clean(_decoded(data))


def clean(text: str) -> str:
    """A text as it may be stored: `\\n` at the ends of lines, no control characters."""
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    wide = _wide_encoding(data)
    if wide:
        text = _strictly(data, wide)
        if len(_CONTROL.findall(text[:_SAMPLE])) * 50 > min(len(text), _SAMPLE):
            raise UnreadableFile(_("This is not a text file. Choose the file with the questions."))
        return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _unclear() from None


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without its mark: every second byte of most letters is zero. Raises for a file that is no text."""
    sample = data[:_SAMPLE]
    zeros = sample.count(0)
    if zeros * 10 < len(sample):
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 10 * even:
        return "utf-16-le"
    if even > 10 * odd:
        return "utf-16-be"
    raise UnreadableFile(_("This is not a text file. Choose the file with the questions."))


def _legacy(data: bytes) -> str:
    """A file of an older program: as Windows wrote it in Western Europe and Indonesia, else what is certain."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if text and _is_plausible(text) and not _MANGLED.search(data):
        return text
    sample = data[:_SAMPLE].rsplit(b"\n", 1)[0]
    if len(sample) - len(sample.translate(None, _HIGH)) < _FEW:
        raise _unclear()
    found = charset_normalizer.from_bytes(sample, threshold=0.1).best()
    if found is None or found.encoding not in _STRUCTURED or found.coherence < 0.8:
        raise _unclear()
    return _strictly(data, found.encoding)


def _is_plausible(text: str) -> bool:
    """Whether the letters beyond ASCII make sense where they stand: a wrong encoding puts them into odd places."""
    if (len(text) - len(text.encode("ascii", "ignore"))) * 4 > len(text):
        return False
    strange = (found.start() for found in _STRANGE.finditer(text))
    return all(_fits(text[max(0, at - 1) : at], text[at], text[at + 1 : at + 2]) for at in strange)


def _fits(before: str, letter: str, after: str) -> bool:
    if letter in _SIGNS:
        return letter in _IN_WORDS or not (before.isalpha() and after.isalpha())
    if letter.lower() not in _LETTERS:
        return False
    # An accented capital inside a word of small letters, or a word of accented letters, is another alphabet.
    if letter.isupper():
        return not before.islower() and not (after.isupper() and not before.isupper() and before != "")
    return not (after and after in _LETTERS) and (before.isalpha() or after.isalpha() or not before)


def _unclear() -> UnreadableFile:
    return UnreadableFile(
        _(
            "The letters of this file cannot be told for certain. Open it in the program that made it, "
            "save it as UTF-8 and choose it again."
        )
    )
