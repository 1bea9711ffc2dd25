"""The markup inside of QTI items as our texts."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import unquote

from lms.kernel import rich_text
from lms.plugins.quiz.content import NOTHING, Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats.pictures import Album
from lms.plugins.quiz.formats.qti_tree import attribute, name_of
from lms.plugins.quiz.formats.xml_safety import Element

# Parts of an item that are no part of its wording.
_APART = {
    "feedbackinline",
    "feedbackblock",
    "modalfeedback",
    "rubricblock",
    "templateblock",
    "templateinline",
    "stylesheet",
}
_APART |= {"simplechoice", "inlinechoice", "simpleassociablechoice", "simplematchset", "gaptext", "gapimg", "hottext"}
_APART |= {"annotation", "annotationxml", "script", "style"}
_VOID = {"br", "hr", "img"}
_KEPT = {"src", "alt", "width", "height", "colspan", "rowspan", "scope", "start", "lang", "dir"}
Places = Mapping[Element, str]


def markup(element: Element, places: Places | None = None) -> str:
    """What is inside an element as HTML; `places` says what stands where an interaction is (nothing by default)."""
    return _inside(element, places or {})


def _inside(element: Element, places: Places) -> str:
    parts = [escape(element.text or "", quote=False)]
    for child in element:
        parts.append(_one(child, places))
        parts.append(escape(child.tail or "", quote=False))
    return "".join(parts)


def _one(element: Element, places: Places) -> str:
    if element in places:
        return places[element]
    name = name_of(element)
    if name in _APART or not name:
        return ""
    if name == "object" and attribute(element, "type").startswith("image/"):
        return f'<img src="{escape(attribute(element, "data"))}" alt="{escape(" ".join(element.itertext()).strip())}">'
    inside = _inside(element, places)
    if name == "prompt":
        return f"<p>{inside}</p>"
    if name not in rich_text.TAGS:
        return inside
    attributes = "".join(
        f' {key}="{escape(value)}"'
        for key, value in ((key.rpartition("}")[2], value) for key, value in element.attrib.items())
        if key in _KEPT
    )
    return f"<{name}{attributes}>" if name in _VOID else f"<{name}{attributes}>{inside}</{name}>"


def text_of(element: Element | None, album: Album, places: Places | None = None) -> Text:
    """A text: plain where there is no markup, else HTML."""
    if element is None:
        return NOTHING
    html = markup(element, places)
    if "<" not in html:
        return album.text(
            " ".join("".join(element.itertext()).split()) if not places else _plain(html), TextFormat.PLAIN
        )
    return album.text(html, TextFormat.HTML)


def _plain(html: str) -> str:
    return rich_text.plain(html, "html")


def finder(read: Callable[[str], bytes | None], item: str) -> Callable[[str], bytes | None]:
    """Finds pictures by their address relative to the item's file in a package."""

    def find(address: str) -> bytes | None:
        path = unquote(address.split("?")[0].split("#")[0])
        return read(posixpath.normpath(posixpath.join(posixpath.dirname(item), path)).lstrip("/"))

    return find
