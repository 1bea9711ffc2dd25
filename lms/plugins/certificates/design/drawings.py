"""SVG drawings made safe: only shapes, colours and pictures inside of the file are taken over into a new drawing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from pathlib import Path

from flask_babel import gettext as _
from lxml import etree  # type: ignore[import-untyped]

from lms.kernel.typesetting import typeset
from lms.plugins.certificates.design.pictures import SVG, CleanPicture, clean_pixels, refused

MAX_BYTES = 1_500_000  # of the cleaned drawing: every certificate carries it
MAX_SHAPES = 20_000  # drawn, with every repetition by `use`
MAX_DEPTH = 60
MAX_PICTURES = 10
_NS = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
_PROOF = Path(__file__).parents[1] / "typst" / "proof.typ"
_SHAPES = frozenset(("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "image", "use"))
_ELEMENTS = _SHAPES | frozenset(
    ("svg", "g", "defs", "symbol", "style", "clipPath", "mask", "linearGradient", "radialGradient", "stop")
)
_ATTRIBUTES = re.compile(
    "id|class|style|transform|viewBox|preserveAspectRatio|x|y|width|height|r[xy]?|[cf][xy]|[xy][12]|d|points|offset|"
    "gradientUnits|gradientTransform|spreadMethod|clipPathUnits|maskUnits|maskContentUnits|fill|fill-opacity|fill-rule|"
    "stroke|stroke-(?:width|opacity|linecap|linejoin|miterlimit|dasharray|dashoffset)|opacity|clip-path|clip-rule|mask|"
    "stop-color|stop-opacity|color|display|visibility|overflow|paint-order|vector-effect|isolation|mix-blend-mode"
)
_POINTS_AT = frozenset(("use", "linearGradient", "radialGradient"))
_URL = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)", re.ASCII)
# Effects and arrow heads are left behind; an element that names a missing one would not be drawn at all.
_LEFT_BEHIND = re.compile(r"(?<![\w-])(?:filter|marker(?:-start|-mid|-end)?)\s*:[^;}]*;?", re.IGNORECASE)
_EMBEDDED = re.compile(r"data:image/(?:png|jpe?g);base64,([A-Za-z0-9+/=\s]+)")
_REFERENCE = re.compile(r"url\(\s*['\"]?#([\w.-]+)", re.ASCII)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SIMPLE = re.compile(r"([\w-]+|\*)?((?:\.[\w-]+)*)")
_GRADIENTS = frozenset(("linearGradient", "radialGradient"))
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*>", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_LENGTH = re.compile(r"\s*(\d{0,7}(?:\.\d{0,9})?)\s*(px|pt|pc|mm|cm|in|)\s*")


def clean_svg(data: bytes) -> CleanPicture:
    """The drawing as an SVG of its own, proven printable; raises CertificateRefused on `file`."""
    root = _parsed(data)
    if _name(root) != "svg":
        raise refused(_("This is not an SVG drawing. Save the picture as SVG, PNG, JPG or PDF."))
    made = _rebuilt(root)
    width, height = _size(root, made)
    _check_repetition(made)
    content = etree.tostring(made, encoding="utf-8")
    if len(content) > MAX_BYTES:
        raise refused(_("The drawing is too detailed to print on every certificate. Save it as PNG instead."))
    try:
        typeset(_PROOF, data={}, files={"picture.svg": content})
    except RuntimeError:
        raise refused(_("This drawing cannot be printed. Save it as plain SVG, or as PNG.")) from None
    return CleanPicture(media_type=SVG, data=content, width=width, height=height)


def _parsed(data: bytes) -> etree._Element:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(_("The drawing is not written in UTF-8. Save it anew as plain SVG.")) from None
    text = _DOCTYPE.sub("", _DECLARATION.sub("", text), count=1)
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise refused(_("The drawing has definitions that are not allowed. Save it anew as plain SVG."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise refused(_("This drawing is damaged. Save it anew as plain SVG.")) from None


def _name(element: etree._Element) -> str:
    """The name of an SVG element; "" for elements of other programs, which only they need."""
    if not isinstance(element.tag, str):
        return ""
    space, __, name = element.tag.rpartition("}")
    return name if space in {"", "{" + _NS} else ""


def _rebuilt(root: etree._Element) -> etree._Element:
    """A new tree of what is allowed; the parser has bounded the depth, and no recursion follows it."""
    made = etree.Element(f"{{{_NS}}}svg", nsmap={None: _NS, "xlink": "http://www.w3.org/1999/xlink"})
    _take_attributes(root, made)
    work = [(root, made, 1)]
    pictures = 0
    while work:
        source, target, depth = work.pop()
        if depth > MAX_DEPTH:
            raise refused(_("The drawing is nested too deeply. Save it as PNG instead."))
        for child in source:
            name = _name(child)
            if name in {"text", "tspan", "flowRoot"}:
                raise refused(
                    _("The drawing has text. Turn it into paths first (Inkscape: Path, Object to Path), then save it.")
                )
            pictures += name == "image"
            if pictures > MAX_PICTURES:
                raise refused(_("The drawing holds too many pictures. Save it as PNG instead."))
            taken = _taken(child, name, target)
            if taken is not None:
                work.append((child, taken, depth + 1))
    return made


def _taken(child: etree._Element, name: str, target: etree._Element) -> etree._Element | None:
    if name in {"a", "switch"}:  # both only group
        name = "g"
    if name not in _ELEMENTS:
        return None
    taken = etree.SubElement(target, f"{{{_NS}}}{name}")
    _take_attributes(child, taken)
    if name == "style":
        taken.text = _checked_style("".join(child.itertext()))
    if name == "image":
        taken.set(_HREF, _embedded(child.get(_HREF) or child.get("href") or ""))
    return taken


def _take_attributes(source: etree._Element, target: etree._Element) -> None:
    for key, value in source.attrib.items():
        kept = _LEFT_BEHIND.sub("", value) if key == "style" else value
        if _ATTRIBUTES.fullmatch(str(key)) and _is_harmless(str(kept)):
            target.set(key, kept)
    link = source.get(_HREF) or source.get("href") or ""
    if _name(source) in _POINTS_AT and link.startswith("#"):
        target.set(_HREF, link)


def _is_harmless(value: str) -> bool:
    """No address but those of parts of the drawing; a backslash could hide one."""
    rest = _URL.sub("", value)
    return "url" not in rest.lower() and "\\" not in rest and "@" not in rest


def _checked_style(style: str) -> str:
    if not _is_harmless(_COMMENT.sub("", style)) or "<" in style:
        raise refused(_("The drawing takes something from outside of the file. Save it anew as plain SVG."))
    return _LEFT_BEHIND.sub("", style)


def _embedded(address: str) -> str:
    found = _EMBEDDED.fullmatch(address.strip())
    if found is None:
        raise refused(_("The drawing points to a picture outside of the file. Embed it as PNG or JPG and save again."))
    try:
        picture = clean_pixels(base64.b64decode(found[1]))
    except binascii.Error:
        raise refused(_("A picture in the drawing is damaged. Embed it again.")) from None
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


def _size(root: etree._Element, made: etree._Element) -> tuple[int, int]:
    """Width and height in whole units, and a view box where there was none."""
    try:
        box = [float(part) for part in re.split(r"[\s,]+", (root.get("viewBox") or "").strip()) if part]
    except ValueError:
        box = []
    if len(box) == 4:
        width, height = box[2], box[3]
    else:
        width, height = _length(root.get("width")), _length(root.get("height"))
        made.set("viewBox", f"0 0 {width:g} {height:g}")
    if not (0.01 <= width <= 1e6 and 0.01 <= height <= 1e6 and 1 / 500 <= width / height <= 500):
        raise refused(_("The drawing does not say its size. Set the page to the drawing and save it again."))
    for name in ("x", "y", "width", "height"):
        made.attrib.pop(name, None)
    made.set("width", f"{width:g}")
    made.set("height", f"{height:g}")
    scale = max(1.0, 500 / max(width, height))  # small numbers would round its shape away
    return max(1, round(width * scale)), max(1, round(height * scale))


def _length(text: str | None) -> float:
    found = _LENGTH.fullmatch(text or "")
    return float(found[1]) * _UNITS[found[2]] if found and found[1].strip(".") else 0.0


def _check_repetition(made: etree._Element) -> None:
    """Count what is really drawn: `use` of `use` may multiply, and must not go in circles."""
    by_id = {str(element.get("id")): element for element in made.iter() if element.get("id")}
    rules = _rules(made, by_id)
    costs: dict[etree._Element, int] = {}
    open_: set[etree._Element] = set()
    work = [(made, False)]
    while work:
        element, is_done = work.pop()
        parts = [*element, *_targets(element, by_id), *_styled(element, rules)]
        if is_done:
            open_.discard(element)
            costs[element] = 1 + sum(costs[part] for part in parts)
            if costs[element] > MAX_SHAPES:
                raise refused(_("The drawing has too many shapes. Save it as PNG instead."))
        elif element not in costs:
            if element in open_:
                raise refused(_("A part of the drawing repeats itself without end. Save it anew as plain SVG."))
            open_.add(element)
            work.append((element, True))
            work.extend((part, False) for part in parts if part not in costs)
            if any(part in open_ for part in parts):
                raise refused(_("A part of the drawing repeats itself without end. Save it anew as plain SVG."))


def _targets(element: etree._Element, by_id: dict[str, etree._Element]) -> Iterator[etree._Element]:
    """Whatever an element draws besides its own children: what it points at, its mask and its clip."""
    link = element.get(_HREF) or ""
    if link.startswith("#") and link[1:] in by_id:
        yield by_id[link[1:]]
    for value in element.attrib.values():
        yield from _named(str(value), by_id)


def _named(value: str, by_id: dict[str, etree._Element]) -> Iterator[etree._Element]:
    for found in _REFERENCE.finditer(value):
        if found[1] in by_id:
            yield by_id[found[1]]


_Rule = tuple[str, frozenset[str], list[etree._Element]]  # name ("" for any), classes, and what is drawn with such


def _rules(made: etree._Element, by_id: dict[str, etree._Element]) -> list[_Rule]:
    """What style sheets draw elements with. A selector that is not simple is taken to choose every element."""
    found: list[_Rule] = []
    for sheet in made.iter(f"{{{_NS}}}style"):
        text = _COMMENT.sub("", sheet.text or "") + "}"
        blocks = [block for block in _BLOCK.findall(text) if "url" in block[1].lower()]
        if sum(len(_REFERENCE.findall(block)) for __, block in blocks) != len(_REFERENCE.findall(text)):
            raise refused(_("This drawing is damaged. Save it anew as plain SVG."))
        for selectors, block in blocks:
            parts = [part for part in _named(block, by_id) if _name(part) not in _GRADIENTS]
            for selector in selectors.split(",") if parts else ():
                simple = _SIMPLE.fullmatch(re.split(r"[\s>+~]+", selector.strip())[-1])
                name, classes = (simple[1] or "", simple[2]) if simple else ("", "")
                found.append((name.strip("*"), frozenset(filter(None, classes.split("."))), parts))
    return found


def _styled(element: etree._Element, rules: list[_Rule]) -> Iterator[etree._Element]:
    classes = set((element.get("class") or "").split())
    for name, wanted, parts in rules:
        if name in {"", _name(element)} and wanted <= classes:
            yield from parts
