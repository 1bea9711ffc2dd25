"""Reads Moodle XML: the file as a whole; what one question holds is read by `moodle_types`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from flask_babel import gettext as _

from lms.plugins.quiz.content import Reading
from lms.plugins.quiz.formats import xml_safety
from lms.plugins.quiz.formats.collecting import Collector, clean_path
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.limits import check_question_count
from lms.plugins.quiz.formats.moodle_types import read_question
from lms.plugins.quiz.formats.xml_safety import BrokenXml, Element

_START = re.compile(r"<question\b[^>]{0,300}>")
_END = "</question>"
_VERBATIM = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_BARE = re.compile(r"&(?!#|amp;|lt;|gt;|quot;|apos;)")


def read(data: bytes, file_name: str = "") -> Reading:
    """The questions of a Moodle XML file; a broken one is a fault with its number and line and stops no other.

    Raises UnreadableFile for what is dangerous, too large or no such file.
    """
    text = xml_safety.xml_text(data)
    collector = Collector()
    category: tuple[str, ...] = ()
    number = 0
    for line, element in _questions(text):
        if element is not None and element.get("type") == "category":
            category = collector.category(clean_path(element.findtext("category/text") or ""))
            continue
        number += 1
        where = _("question %(number)s (line %(line)s)", number=number, line=line)
        if element is None:
            collector.fault(where, _("The markup of this question is damaged. Export it again."))
        else:
            collector.attempt(where, partial(read_question, element, where, category))
    return collector.reading()


def _questions(text: str) -> Iterator[tuple[int, Element | None]]:
    """The elements with their lines; None for one whose markup is damaged."""
    try:
        root = xml_safety.parse_text(text)
    except BrokenXml as error:
        yield from _salvaged(text, error)
        return
    if root.tag != "quiz":
        raise UnreadableFile(_("This is not a file in Moodle XML. Choose the file that Moodle exported."))
    for element in root:
        if element.tag == "question":
            yield element.sourceline, element


def _salvaged(text: str, error: BrokenXml) -> Iterator[tuple[int, Element | None]]:
    """The questions one by one, where the file as a whole is not well formed."""
    starts = list(_START.finditer(text))
    check_question_count(len(starts) // 2)  # some of them are categories
    if not starts:
        raise error
    line, seen = 1, 0
    for place, start in enumerate(starts):
        line, seen = line + text.count("\n", seen, start.start()), start.start()
        limit = starts[place + 1].start() if place + 1 < len(starts) else len(text)
        end = text.find(_END, start.start(), limit)
        element = _parsed(text[start.start() : end + len(_END)]) if end >= 0 else None
        yield line, element


def _parsed(chunk: str) -> Element | None:
    """One question, with signs repaired that people forget to write as `&amp;`."""
    parts = _VERBATIM.split(chunk)
    repaired = "".join(part if place % 2 else _BARE.sub("&amp;", part) for place, part in enumerate(parts))
    for attempt in (chunk, repaired):
        try:
            return xml_safety.parse_text(attempt)
        except BrokenXml:
            continue
    return None
