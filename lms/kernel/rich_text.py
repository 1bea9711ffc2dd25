"""Rich text: what people wrote, as markup that is safe to show."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from html.parser import HTMLParser
from typing import Literal

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

Format = Literal["plain", "markdown", "html"]
TAGS = {
    "p", "br", "b", "strong", "i", "em", "u", "s", "sub", "sup", "ul", "ol", "li", "blockquote", "pre", "code", "hr",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "img", "span", "div", "dl", "dt", "dd", "ruby", "rt", "bdi",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start", "type"},
}
PICTURE = re.compile(r"picture:([0-9a-f]{64})")
# A browser must never be sent elsewhere by a text: pictures are ours, and links are left as their words.
_SCHEMES = {"picture"}


def sanitise(html: str) -> str:
    """HTML with nothing in it that runs, loads from elsewhere or leaves its place; pictures keep `picture:<sha256>`."""
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)


@cache
def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.validateLink = lambda url: PICTURE.fullmatch(url) is not None  # type: ignore[method-assign]
    return reader


@lru_cache(maxsize=4096)
def render(source: str, kind: Format, picture_url: Callable[[str], str] | None = None) -> Markup:
    """A text as markup. `picture_url` makes the address of a picture from its SHA-256; without it none is shown.

    Plain text keeps its lines. Kept per text, so give a function that lives as long as the page's route.
    """
    if kind == "plain":
        return Markup("<br>").join(escape(line) for line in source.strip().split("\n"))
    html = sanitise(_markdown().render(source) if kind == "markdown" else source)
    if picture_url is None:
        return Markup(re.sub(r"<img\b[^>]*>", "", html))
    return Markup(PICTURE.sub(lambda found: str(escape(picture_url(found.group(1)))), html))


def plain(source: str, kind: Format) -> str:
    """A text without markup, on one line: for searches, lists, labels and exports that know no markup."""
    if kind != "plain":
        words = _Words()
        words.feed(sanitise(_markdown().render(source) if kind == "markdown" else source))
        words.close()
        source = "".join(words.parts)
    return " ".join(source.split())


class _Words(HTMLParser):
    """Collects the text, with a space where a block ends and a picture's description in its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")
        elif tag not in {"b", "strong", "i", "em", "u", "s", "sub", "sup", "span", "code", "bdi", "ruby", "rt"}:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li", "td", "th", "div", "tr", "pre", "blockquote"}:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
