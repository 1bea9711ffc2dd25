"""Pictures inside of texts: from how a format embeds them to `picture:<sha256>`, and back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote

import filetype
import nh3
from flask_babel import gettext as _

from lms.kernel import i18n, rich_text
from lms.plugins.quiz.content import MAX_TEXT, NOTHING, Picture, Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.limits import MAX_PICTURE

MEDIA_TYPES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_IN_MARKDOWN = re.compile(r"\]\(([^)\s]+)")
_WITHOUT_SOURCE = re.compile(r"<img(?![^>]*\bsrc=)[^>]*>")
_EMPTY = re.compile(r"(?:<[^>]{0,100}>|&nbsp;|\s)*")
_LOOKS_LIKE_HTML = re.compile(r"</?(?:p|b|i|u|br|em|strong|span|div|img|ul|ol|li|table|sub|sup|a)\b[^>]{0,200}>", re.I)
_DATA = re.compile(r"data:image/[a-z0-9.+-]{1,20};base64,", re.IGNORECASE)
_EMBEDDED = re.compile(_DATA.pattern + r"[A-Za-z0-9+/=%\s]*", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,20})")
_NEVER_NESTED = {"p", "br", "img", "hr", "li", "td", "th", "tr", "dt", "dd", "input", "col"}
_MAX_DEPTH = 100  # deeper trees make every step of a sanitiser slow
_SCHEMES = {"picture", "data", "http", "https"}
Finder = Callable[[str], bytes | None]


class Album:
    """The pictures of one question while it is read, and the doubts that they raise."""

    def __init__(self, find: Finder | None = None) -> None:
        self._find = find
        self._pictures: dict[str, Picture] = {}
        self.doubts: list[str] = []

    def pictures(self) -> tuple[Picture, ...]:
        """Each once, in the order of the texts."""
        return tuple(self._pictures.values())

    def doubt(self, reason: str) -> None:
        """Remember what somebody should look at, once."""
        if reason not in self.doubts:
            self.doubts.append(reason)

    def take(self, other: Album) -> None:
        """The pictures and doubts of another one, of a part of the same question."""
        self._pictures.update(other._pictures)
        for reason in other.doubts:
            self.doubt(reason)

    def text(self, source: str, kind: TextFormat) -> Text:
        """A text as it is stored: HTML sanitised, pictures by their name, nothing where nothing is said. Raises Broken.

        The length is checked first, because taking markup apart is what costs time.
        """
        check_text(source)
        if kind is TextFormat.HTML:
            source = self._of_html(source)
        elif kind is TextFormat.MARKDOWN:
            source = _IN_MARKDOWN.sub(self._in_markdown, source)
        elif _LOOKS_LIKE_HTML.search(source):
            self.doubt(
                _("The text holds HTML marks, which are shown as they are because the file calls it plain text.")
            )
        source = source.strip()
        return Text(source=source, format=kind) if source else NOTHING

    def add(self, data: bytes) -> str | None:
        """`picture:<sha256>` of an image, or None (and a doubt) for what is no image that browsers show safely."""
        if len(data) > MAX_PICTURE:
            self.doubt(
                _("A picture larger than %(size)s was left out. Make it smaller.", size=i18n.filesize(MAX_PICTURE))
            )
            return None
        media_type = filetype.guess_mime(data)
        if media_type not in MEDIA_TYPES:
            self.doubt(_("A picture that is neither PNG, JPEG, GIF nor WebP was left out. Save it as PNG."))
            return None
        sha = hashlib.sha256(data).hexdigest()
        self._pictures[sha] = Picture(sha=sha, media_type=media_type, data=data)
        return f"picture:{sha}"

    def _of_html(self, source: str) -> str:
        if "<img" in source.lower():
            attributes = {tag: set(names) for tag, names in rich_text.ATTRIBUTES.items()}
            source = nh3.clean(
                source,
                tags=rich_text.TAGS,
                attributes=attributes,
                url_schemes=_SCHEMES,
                attribute_filter=lambda tag, name, value: self._named(value) or None if name == "src" else value,
                link_rel=None,
            )
            source = _WITHOUT_SOURCE.sub("", source)
        html = rich_text.sanitise(source)
        return "" if "<img" not in html and _EMPTY.fullmatch(html) else html

    def _in_markdown(self, found: re.Match[str]) -> str:
        """`](address` with the name of the picture, or as it was where it is a link."""
        begin = found.string.rfind("![", max(0, found.start() - 1_000), found.start())
        if begin < 0 or set(found.string[begin + 2 : found.start()]) & {"]", "\n"}:
            return found.group()
        return f"]({self._named(found.group(1))}"

    def _named(self, address: str) -> str:
        """`picture:<sha256>` for the address of a picture in the file, empty for one from elsewhere."""
        data = self._data_of(address)
        if data is None:
            self.doubt(_("A picture is not in the file and was left out. Add it to the question by hand."))
            return ""
        return self.add(data) or ""

    def _data_of(self, address: str) -> bytes | None:
        embedded = _DATA.match(address)
        if embedded:
            return from_base64(address[embedded.end() :])
        return self._find(address) if self._find else None


def check_text(source: str) -> None:
    """Raises Broken for a text that is very long (without its pictures) or whose tags are nested very deep."""
    if len(source) > MAX_TEXT:
        source = _EMBEDDED.sub("", source)
    if len(source) > MAX_TEXT:
        raise Broken(_("A text of the question is longer than %(count)s characters.", count=i18n.number(MAX_TEXT)))
    if source.count("<") <= _MAX_DEPTH:
        return
    opened: Counter[str] = Counter()
    depth = 0
    for closes, name in _TAG.findall(source.lower()):
        if name in _NEVER_NESTED:
            continue
        if not closes:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > _MAX_DEPTH:
            raise Broken(_("The markup of a text is nested too deep."))


def from_base64(text: str) -> bytes | None:
    """The bytes of a base64 text, None when it is none or larger than a picture may be by far."""
    if len(text) > 4 * MAX_PICTURE:
        return None
    try:
        return base64.b64decode("".join(unquote(text).split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def with_addresses(text: Text, address_of: Callable[[str], str]) -> str:
    """The source of a text for an export: `address_of` says where a picture is, by its SHA-256."""
    if text.format is TextFormat.PLAIN:
        return text.source
    return rich_text.PICTURE.sub(lambda found: address_of(found.group(1)), text.source)


def data_address(pictures: Sequence[Picture]) -> Callable[[str], str]:
    """For `with_addresses`: pictures inside of the text itself, as `data:` addresses."""
    known: Mapping[str, Picture] = {picture.sha: picture for picture in pictures}

    def address_of(sha: str) -> str:
        picture = known.get(sha)
        if picture is None:
            return f"picture:{sha}"
        return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"

    return address_of
