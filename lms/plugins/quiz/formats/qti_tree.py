"""Names in QTI: `choiceInteraction` of QTI 2 and `qti-choice-interaction` of QTI 3 are the same, as are attributes."""

from __future__ import annotations

from collections.abc import Iterator

from lms.plugins.quiz.formats.xml_safety import Element


def name_of(element: Element) -> str:
    """`choiceinteraction`, whatever the version and the namespace; empty for what is no element."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].removeprefix("qti-").replace("-", "").lower()


def attribute(element: Element, name: str, default: str = "") -> str:
    """An attribute by its name in small letters without hyphens."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2].replace("-", "").lower() == name:
            return str(value).strip()
    return default


def children(element: Element, name: str) -> list[Element]:
    """The child elements of a name."""
    return [child for child in element if name_of(child) == name]


def child(element: Element, name: str) -> Element | None:
    """The first child element of a name."""
    return next(iter(children(element, name)), None)


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """All elements of these names inside, in the order of the file."""
    return (found for found in element.iter() if name_of(found) in names)


def words(element: Element | None) -> str:
    """The text inside without markup, on one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())
