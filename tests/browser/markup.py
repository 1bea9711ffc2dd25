"""What the HTML of every page must be: parsed without an error, ids once, references that lead somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
from babel.messages.pofile import read_po

LMS = Path(__file__).resolve().parents[2] / "lms"
_REFERENCES = ("for", "form", "list", "aria-describedby", "aria-labelledby", "aria-controls", "headers")
_CHILDREN = {
    "ul": {"li", "template"},
    "ol": {"li", "template"},
    "dl": {"div", "dt", "dd"},
    "select": {"option", "optgroup", "hr"},
    "tr": {"td", "th"},
}
_LABELLED = {"input", "select", "textarea", "button", "output", "progress", "meter"}
_INTERACTIVE = {"a", "button", "input", "select", "textarea", "summary"}


def faults_of(html: str) -> list[str]:
    """Everything that is wrong with one page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    found = [f"line {place[0]}: {code} {values}" for place, code, values in parser.errors]
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    found += [f"id {name} is there {count} times" for name, count in ids.items() if count > 1]
    tags = {element.get("id"): element.tag for element in elements if element.get("id")}
    for element in elements:
        found += _references(element, tags)
        found += _inside(element)
    return [*found, *_forms(tree)]


def _references(element: Element, tags: dict[str | None, str]) -> Iterator[str]:
    for name in _REFERENCES:
        for target in (element.get(name) or "").split():
            if target not in tags:
                yield f"{element.tag} {name}={target} leads nowhere"
    labelled = element.get("for")
    if element.tag == "label" and labelled in tags and tags[labelled] not in _LABELLED:
        yield f"label for={labelled} is of a {tags[labelled]}"
    href = element.get("href") or ""
    if element.tag == "a" and href.startswith("#") and href[1:] not in tags:
        yield f"link to {href} leads nowhere"


def _inside(element: Element) -> Iterator[str]:
    allowed = _CHILDREN.get(element.tag)
    for child in element:
        if allowed and isinstance(child.tag, str) and child.tag not in allowed:
            yield f"{child.tag} in {element.tag}"
    if element.tag in {"a", "button"}:
        inner = [child.tag for child in element.iter() if child is not element and child.tag in _INTERACTIVE]
        if inner:
            yield f"{inner[0]} inside {element.tag}"
    for name in element.attrib:
        if name == "style" or name.startswith("on"):
            yield f"{element.tag} has {name}"
    if element.tag == "style" or (element.tag == "script" and (element.text or "").strip()):
        yield f"{element.tag} inside the page"
    if element.tag == "img" and element.get("alt") is None:
        yield f"img without alt: {element.get('src')}"


def _forms(tree: Element) -> Iterator[str]:
    for form in tree.iter("form"):
        names = [field.get("name") or "" for field in form.iter("input")]
        if (form.get("method") or "").lower() == "post" and not any(name.endswith("csrf_token") for name in names):
            yield f"form to {form.get('action')} has no token"


def values_of_form(html: str, path: str) -> dict[str, str]:
    """What the page's form to its own address would send if nobody touched it."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    forms = [form for form in tree.iter("form") if (form.get("method") or "").lower() == "post"]
    own = next(form for form in forms if (form.get("action") or path).partition("#")[0] == path)
    values = {}
    for field in own.iter("input"):
        if field.get("type") not in {"checkbox", "radio", "file"} or "checked" in field.attrib:
            values[field.get("name") or ""] = field.get("value") or ""
    for field in own.iter("select"):
        options = list(field.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options[:1]
        values |= {field.get("name") or "": option.get("value") or "" for option in chosen}
    return values


def words_of(html: str) -> set[str]:
    """The texts of a page, one for each text node, and the spoken attributes."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    found: set[str] = set()
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in {"script", "style", "option"}:
            texts = (element.text, element.tail, element.get("aria-label"), element.get("placeholder"))
            found |= {" ".join(text.split()) for text in texts if text}
    return found


def foreign_words(language: str) -> dict[str, str]:
    """`{text of the other language: what this language says}`, of all catalogues, where the two differ for sure."""
    pairs: dict[str, str] = {}
    for path in LMS.rglob("id/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="id"):
                if isinstance(message.id, str) and message.id and message.string:
                    pairs[message.id] = str(message.string)
    said = set(pairs.values()) if language == "id" else set(pairs)
    wanted = pairs if language == "id" else {after: before for before, after in pairs.items()}
    return {text: other for text, other in wanted.items() if text not in said}
