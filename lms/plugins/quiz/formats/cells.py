"""Texts in cells of spreadsheets: `[html]` and `[markdown]` before a text say what it is, as in GIFT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lms.plugins.quiz.content import Picture, Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import options, pictures
from lms.plugins.quiz.formats.runs import NONE, Words

_TAGS = {f"[{kind.value}]": kind for kind in TextFormat}
# Excel reads a cell that begins so as a formula; an apostrophe before it is not part of the text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the wide ones too


def words(cell: str) -> Words:
    """The words of a cell."""
    text = cell.strip()
    if not text:
        return NONE
    tag = text[: text.find("]") + 1].lower() if text.startswith("[") else ""
    kind = _TAGS.get(tag)
    if kind is None:
        return Words.of(text)
    text = text[len(tag) :].strip()
    if kind is TextFormat.PLAIN:
        return replace(Words.of(text), is_exact=True)
    album = pictures.Album()
    source = album.text(text, kind).source
    return Words(Words.of(source).runs, kind, album.pictures(), tuple(album.doubts))


def cell(text: Text, found: Sequence[Picture] = ()) -> str:
    """A text as `words` reads it; pictures become `data:` addresses."""
    if text.format is TextFormat.PLAIN and options.is_decorated(text.source):
        return f"[plain]{text.source}"
    source = pictures.with_addresses(text, pictures.data_address(found))
    if text.format is not TextFormat.PLAIN:
        return f"[{text.format.value}]{source}" if source.strip() else ""
    return f"[plain]{source}" if source.lstrip().lower().startswith(tuple(_TAGS)) else source


def guarded(text: str) -> str:
    """For CSV: text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def unguarded(text: str) -> str:
    """The inverse of `guarded`."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text
