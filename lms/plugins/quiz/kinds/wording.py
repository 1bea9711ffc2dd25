"""Texts of questions: how answering pages carry them, how they become markup, and their plain words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from lms.kernel import rich_text
from lms.kernel.i18n import number
from lms.plugins.quiz.content import Text
from lms.plugins.quiz.enums import TextFormat

PublicText = str | dict[str, str]
PictureUrl = Callable[[str], str]
# A piece of clean markup is a tag, whose quoted attributes may hold anything, or text, in which "<" is always escaped.
_TAG_OR_GAP = re.compile(r"<(?:\"[^\"]*\"|[^\">])*>|\{#(\d{1,3})\}")
_GAP = re.compile(r"\{#\d{1,3}\}")
_ONE_PARAGRAPH = re.compile(r"\s*<p>((?:(?!</?p\b).)*)</p>\s*", re.DOTALL)


def to_public(text: Text) -> PublicText:
    """A text as answering pages carry it: plain words as they are, the rest `{"f": format, "s": source}`.

    HTML is cleaned here already: a comment or a class name in it could tell what is right.
    """
    if text.format == TextFormat.PLAIN:
        return text.source.strip()
    source = rich_text.sanitise(text.source) if text.format == TextFormat.HTML else text.source
    return {"f": str(text.format), "s": source.strip()}


def from_public(public: PublicText) -> Text:
    """The inverse of `to_public`."""
    if isinstance(public, str):
        return Text(source=public)
    return Text(source=public["s"], format=TextFormat(public["f"]))


def render(public: PublicText | Text, picture_url: PictureUrl | None = None) -> Markup:
    """A text as markup, a lone paragraph without its `<p>`, so that it fits into labels and headings.

    `picture_url` gets the SHA-256 of a picture; without it pictures are left out. Give a function that lives long.
    """
    text = public if isinstance(public, Text) else from_public(public)
    markup = rich_text.render(text.source, text.format.value, picture_url)
    if found := _ONE_PARAGRAPH.fullmatch(markup):
        return markup[found.start(1) : found.end(1)]
    return markup


def pieces(public: PublicText, picture_url: PictureUrl | None = None) -> list[dict[str, Any]]:
    """The text of a cloze cut at its gaps: `{"markup": …}` and `{"gap": 0}` in turn; a gap counts from 0."""
    markup = render(public, picture_url)
    found: list[dict[str, Any]] = []
    begin = 0
    for match in _TAG_OR_GAP.finditer(markup):
        if match.group(1) is None:
            continue
        found += [{"markup": markup[begin : match.start()]}, {"gap": int(match.group(1)) - 1}]
        begin = match.end()
    return [*found, {"markup": markup[begin:]}]


def plain(text: Text) -> str:
    """Its words on one line, without markup."""
    return rich_text.plain(text.source, text.format.value)


def gapless(words: str) -> str:
    """The plain words of a cloze for lists and searches: "…" where a gap is."""
    return _GAP.sub("…", words)


def option_words(text: Text, position: int) -> str:
    """The words of an option, or its number where it is only a picture."""
    return plain(text) or _("Option %(number)s", number=number(position + 1))


FILTERS = (("quiz_rich", render), ("quiz_pieces", pieces))
