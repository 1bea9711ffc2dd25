"""A design filled with the facts of one paper: plain values that the template draws as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from lms.kernel.qr import qr_drawing_for
from lms.plugins.certificates.design.facts import Facts
from lms.plugins.certificates.design.model import Design, Drawing, Element, Page, Picture, QrCode, Signature, Text

FileOf = Callable[[Element], str]  # the file that shows a picture, a signature or an ornament; "" for none
_TOKEN = re.compile(r"\{(\w+)\}")
_PEOPLE = re.compile(r"\{(nama|nama_gelar|penanda_\d)\}")
_INNER = re.compile(r"\w[-\u2010'\u2019\u02bb-\u02bf]\w")
_BETWEEN = " · "
_LETTER = re.compile(r"(?<!^)[^\W_]")  # marks stay with their letters
_LONG = 24
_MICRO_SIZE = 1.1


def filled(content: str, texts: Mapping[str, str]) -> str:
    """`content` with its tokens replaced; a line or a part between dots whose tokens are all empty is left out."""
    lines = []
    for line in content.split("\n"):
        parts = [part for part in line.split(_BETWEEN) if not _is_idle(part, texts)]
        if parts or not line:
            lines.append(_BETWEEN.join(_TOKEN.sub(lambda m: texts.get(m[1], m[0]), part) for part in parts))
    return "\n".join(lines).strip("\n")


def layout(design: Design, facts: Facts, *, file_of: FileOf, background_of: Callable[[Page], str]) -> dict[str, Any]:
    """Everything the template needs, as JSON values; pages and elements in the order of the design."""
    has_back = design.back is not None and bool(facts.materials)
    texts = facts.texts
    name = texts.get("nama_gelar") or texts.get("nama", "")
    return {
        "title": " ".join(filter(None, (design.title, texts.get("nomor", ""), "·", name))),
        "author": texts.get("penerbit", ""),
        "locale": facts.locale,
        "preview": _("PREVIEW") if facts.is_preview else "",
        "demo": _("Sample data") if facts.is_demo else "",
        "front": _page(design.front, facts, file_of, background_of),
        "back": _back(design.back, facts, file_of, background_of) if has_back and design.back else None,
    }


def _page(page: Page, facts: Facts, file_of: FileOf, background_of: Callable[[Page], str]) -> dict[str, Any]:
    drawn = (_element(element, facts, file_of) for element in page.elements)
    return {
        "ground": page.ground,
        "background": background_of(page),
        "elements": [element for element in drawn if element is not None],
    }


def _back(page: Page, facts: Facts, file_of: FileOf, background_of: Callable[[Page], str]) -> dict[str, Any]:
    """The table flows over pages that all have the ornaments; texts and codes stand on the first of them only."""
    values = _page(page, facts, file_of, background_of)
    ornaments = {element.id for element in page.elements if isinstance(element, Drawing)}
    [table] = [element for element in page.elements if element.kind == "materials"]
    elements = values["elements"]
    texts = facts.texts
    name = texts.get("nama_gelar") or texts.get("nama")
    largest = max((e for e in elements if e["draw"] == "text"), key=lambda e: e["size"], default=None)
    if largest is not None:
        largest["level"] = 2 if name else 1  # the first heading of a file is of level 1
    return values | {
        "drawn": [e for e in elements if e["id"] in ornaments],
        "elements": [e for e in elements if e["id"] not in ornaments],
        "table": _box(table)
        | {
            "size": table.size,
            "colour": table.colour,
            "rows": [[str(m.no), _tame(m.title), _tame(m.speaker), str(m.jp)] for m in facts.materials],
        },
        "head": [_("No."), _("Material"), _("Speaker"), _("JP")],
        "sum": [_("Total training hours, one JP is 45 minutes"), str(sum(m.jp for m in facts.materials))],
        "foot": _BETWEEN.join(filter(None, (texts.get(token, "") for token in ("nomor", "nama_gelar", "periksa")))),
    }


def _element(element: Element, facts: Facts, file_of: FileOf) -> dict[str, Any] | None:
    match element:
        case Text():
            return _text(element, facts.texts)
        case Picture():
            file = file_of(element)
            is_mark = element.kind == "logo" and element.asset is None
            return _image(element, file, element.alt) if file or is_mark else None
        case Signature():
            file = file_of(element)
            alt = f"{_('Signature of')} {facts.texts.get(f'penanda_{element.place}', '')}".strip()
            return _image(element, file, alt) if file else None
        case QrCode():
            if not facts.qr_text:
                return None
            code = qr_drawing_for(facts.qr_text, side=min(element.w, element.h))
            return _box(element) | {
                "draw": "qr",
                "code": code,
                "alt": _("QR code of the page that verifies this certificate"),
            }
        case Drawing(ornament="microtext"):
            return _microtext(element, facts.texts)
        case Drawing():
            return _image(element, file_of(element), "", fit="stretch")
    return None


def _text(element: Text, texts: Mapping[str, str]) -> dict[str, Any] | None:
    words = filled(element.content, texts)
    if not words.strip():
        return None
    if element.is_upper:
        words = words.upper()
    is_of_people = element.kind == "name" or bool(_PEOPLE.search(element.content))
    return _box(element) | {
        "draw": "text",
        "level": 1 if element.kind == "name" else 0,
        "lines": [_words(line, is_of_people) for line in words.split("\n")],
        "font": element.font,
        "size": element.size,
        "min": element.min_size,
        "weight": element.weight,
        "italic": element.is_italic,
        "colour": element.colour,
        "align": element.align,
        "valign": element.valign,
        "tracking": element.tracking,
        "leading": element.leading,
    }


def _words(line: str, is_of_people: bool) -> list[list[str | bool]]:
    """Words of a line; True for one that must not break at its hyphen or apostrophe, as "al-Ghazali"."""
    return [[word, is_of_people and bool(_INNER.search(word))] for word in line.split(" ")]


def _microtext(element: Drawing, texts: Mapping[str, str]) -> dict[str, Any] | None:
    words = [texts.get(token, "") for token in ("penerbit", "nomor")]
    text = " · ".join(filter(None, words))
    return (
        _box(element) | {"draw": "micro", "text": f"{text} · ", "size": _MICRO_SIZE, "colour": element.colour}
        if text
        else None
    )


def _image(element: Element, file: str, alt: str, fit: str = "contain") -> dict[str, Any]:
    return _box(element) | {"draw": "image", "file": file, "alt": alt, "fit": fit}


def _box(element: Element) -> dict[str, Any]:
    return {"id": element.id, "x": element.x, "y": element.y, "w": element.w, "h": element.h}


def _tame(words: str) -> str:
    """Words that no column holds may break between any two letters."""
    return " ".join(_LETTER.sub("\u200b\\g<0>", word) if len(word) > _LONG else word for word in words.split(" "))


def _is_idle(part: str, texts: Mapping[str, str]) -> bool:
    tokens: Iterable[str] = _TOKEN.findall(part)
    return bool(tokens) and not any(texts.get(token, token) for token in tokens)
