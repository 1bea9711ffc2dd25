"""The escapes and marks of GIFT, for its reader and its writer."""

from __future__ import annotations

import json
import re
from typing import Any

from flask_babel import gettext as _

from lms.plugins.quiz.content import Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.pictures import Album

_ESCAPE = re.compile(r"\\([\\:#={}~n])")
# Stand-ins while a question is taken apart: code points that no text may hold.
_STAND_INS = dict(zip("\\:#={}~n", (chr(0xFDD0 + place) for place in range(8)), strict=True))
_RESERVED = re.compile("[\ufdd0-\ufdef]")
_BACK = str.maketrans({stand_in: "\n" if mark == "n" else mark for mark, stand_in in _STAND_INS.items()})
_WRITTEN = str.maketrans({"\n": "\\n", **{mark: "\\" + mark for mark in "\\:#={}~"}})
_FORMAT = re.compile(r"\[(html|markdown|moodle|plain)\]\s*", re.IGNORECASE)
_FORMATS = {"html": TextFormat.HTML, "markdown": TextFormat.MARKDOWN}
_META = re.compile(r"\[(id|tag):((?:\\.|[^\]\\]){1,300})\]")
WEIGHT = re.compile(r"%\s*([+-]?\d{1,3}(?:[.,]\d{0,12})?)\s*%")
HINT = "lokakarya:"
_MAX_COMMENT = 5_000


def protect(text: str) -> str:
    """A text with its escaped characters replaced by stand-ins, so that every mark left in it means something."""
    return _ESCAPE.sub(lambda found: _STAND_INS[found.group(1)], _RESERVED.sub("", text))


def restore(text: str) -> str:
    """The text that was meant."""
    return text.translate(_BACK)


def escape(text: str) -> str:
    """The inverse of `restore(protect(text))`."""
    return text.translate(_WRITTEN)


def has_format(raw: str) -> bool:
    """Whether it begins with a mark like `[html]`."""
    return _FORMAT.match(raw.lstrip()) is not None


def read_text(raw: str, default: TextFormat, album: Album) -> tuple[Text, TextFormat]:
    """A protected text and the format in which it is; `[moodle]` is plain, since nothing says that it is HTML."""
    raw = raw.strip(" \t\n")
    found = _FORMAT.match(raw)
    kind = default
    if found:
        kind = _FORMATS.get(found.group(1).lower(), TextFormat.PLAIN)
        raw = raw[found.end() :]
    return album.text(restore(raw), kind), kind


def read_weight(body: str) -> tuple[str | None, str]:
    """The percentage at the beginning of an answer, and the rest."""
    found = WEIGHT.match(body)
    return (found.group(1), body[found.end() :].lstrip()) if found else (None, body)


def split_name(raw: str) -> tuple[str, str]:
    """The name between `::` and `::`, and the rest. Raises Broken for a name without an end."""
    if not raw.startswith("::"):
        return "", raw
    end = raw.find("::", 2)
    if end < 0 or end > 2_000:
        raise Broken(_("The name of the question has no end. Write it between :: and ::."))
    return " ".join(restore(raw[2:end]).split())[:300], raw[end + 2 :]


class Notes:
    """What the comments of a question say: its tags, its number elsewhere, and hints that this program wrote."""

    def __init__(self) -> None:
        self.tags: list[str] = []
        self.number = ""
        self.hints: dict[str, Any] = {}

    def read(self, comment: str) -> None:
        """Take up one comment; whatever it is, nothing can go wrong."""
        comment = comment.strip()
        if comment.startswith(HINT):
            try:
                found = json.loads(comment[len(HINT) :])
            except (ValueError, RecursionError):
                return
            self.hints = found if isinstance(found, dict) else {}
            return
        for kind, value in _META.findall(comment[:_MAX_COMMENT]):
            value = re.sub(r"\\(.)", r"\1", value).strip()
            if kind == "tag" and value and len(self.tags) < 50 and value not in self.tags:
                self.tags.append(value)
            elif kind == "id":
                self.number = value
