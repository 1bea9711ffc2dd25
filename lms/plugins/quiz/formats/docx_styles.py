"""Looks and lists that a Word document gives by name: its styles and its numbering."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lms.plugins.quiz.formats.lines import Label
from lms.plugins.quiz.formats.office import Element, every, local

_STYLES_DEEP = 12  # styles that build upon each other; a file may say that they do so in a ring
_FORMATS = {
    "decimal": "number", "decimalZero": "number", "ordinal": "number", "cardinalText": "number",
    "lowerLetter": "letter", "upperLetter": "letter", "upperRoman": "roman", "lowerRoman": "roman",
    "bullet": "bullet",
}  # fmt: skip
_MAX_NUMBER = 100_000


def child(element: Element | None, name: str) -> Element | None:
    """The first child with a local name."""
    if element is None:
        return None
    return next((found for found in element if local(found.tag) == name), None)


def value(element: Element | None, name: str = "val") -> str:
    """An attribute by its local name; "" without it."""
    if element is None:
        return ""
    return next((str(found) for key, found in element.attrib.items() if local(key) == name), "")


def is_on(properties: Element | None, name: str) -> bool | None:
    """A switch such as bold: on, off, or None where nothing is said."""
    found = child(properties, name)
    return None if found is None else value(found) not in {"0", "false", "off", "none"}


class Styles:
    """The styles of a document."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {} if root is None else {value(style, "styleId"): style for style in every(root, "style")}
        self._known: dict[tuple[str, str], bool | None] = {}

    def switch(self, style_id: str, name: str) -> bool | None:
        """What a style, or one that it builds upon, says about bold and the like."""
        key = (style_id, name)
        if key not in self._known:
            found = (is_on(child(style, "rPr"), name) for style in self._chain(style_id))
            self._known[key] = next((one for one in found if one is not None), None)
        return self._known[key]

    def numbering(self, style_id: str) -> tuple[str, int] | None:
        """The list and level that a paragraph style brings along."""
        for style in self._chain(style_id):
            found = numbering_of(child(style, "pPr"))
            if found:
                return found
        return None

    def _chain(self, style_id: str) -> list[Element]:
        found: list[Element] = []
        while style_id in self._styles and len(found) < _STYLES_DEEP:
            found.append(self._styles[style_id])
            style_id = value(child(found[-1], "basedOn"))
        return found


def numbering_of(properties: Element | None) -> tuple[str, int] | None:
    """The list and level of a paragraph; list "0" means none, whatever the style says."""
    found = child(properties, "numPr")
    if found is None:
        return None
    level = value(child(found, "ilvl"))
    list_id = value(child(found, "numId"))
    return (list_id, int(level) if level.isdecimal() and len(level) < 3 else 0) if list_id else None


@dataclass(kw_only=True)
class _Level:
    style: str
    start: int = 1


@dataclass(kw_only=True)
class _List:
    shared_id: str  # lists of one definition go on counting from each other
    levels: dict[int, _Level] = field(default_factory=dict)
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the automatic numbers as Word does."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if root is not None:
            self._read(root)

    def label(self, list_id: str, level: int) -> Label | None:
        """The number of the next paragraph of a list; None where the level shows none."""
        found = self._lists.get(list_id)
        kind = found.levels.get(level) if found else None
        if found is None or kind is None:
            return None
        counts = self._counts.setdefault(found.shared_id, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            counts.update({at: start - 1 for at, start in found.restarts.items()})
        counts[level] = min(counts.get(level, kind.start - 1) + 1, _MAX_NUMBER)
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        return Label(style=kind.style, value=counts[level], level=level, list_id=list_id) if kind.style else None

    def _read(self, root: Element) -> None:
        shared = {value(entry, "abstractNumId"): entry for entry in every(root, "abstractNum")}
        for entry in every(root, "num"):
            shared_id = value(child(entry, "abstractNumId"))
            made = _List(shared_id=shared_id, levels=_levels(shared.get(shared_id)))
            for override in (found for found in entry if local(found.tag) == "lvlOverride"):
                level = _number(value(override, "ilvl"), 0)
                made.levels.update(_levels(override))
                start = value(child(override, "startOverride"))
                if start:
                    made.restarts[level] = _number(start, 1)
            self._lists[value(entry, "numId")] = made


def _levels(parent: Element | None) -> dict[int, _Level]:
    if parent is None:
        return {}
    found = {}
    for entry in (entry for entry in parent if local(entry.tag) == "lvl"):
        style = _FORMATS.get(value(child(entry, "numFmt")) or "decimal", "")
        shown = child(entry, "lvlText")
        if style != "bullet" and shown is not None and not value(shown).strip():
            style = ""
        start = _number(value(child(entry, "start")), 1)
        found[_number(value(entry, "ilvl"), 0)] = _Level(style=style, start=start)
    return found


def _number(raw: Any, otherwise: int) -> int:
    return int(raw) if str(raw).isdecimal() and len(str(raw)) < 6 else otherwise
