"""Reads what forms and phones send for a question. What no page of ours could send is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from flask_babel import gettext as _

from lms.kernel.i18n import number
from lms.plugins.quiz.errors import UnreadableAnswer
from lms.plugins.quiz.kinds.base import Given

MAX_SHORT = 1_000  # characters
MAX_LONG = 20_000
_PLACE_DIGITS = 4


def parts_of(given: Given, allowed: Sequence[str]) -> dict[str, list[str]]:
    """The values by part, without empty parts; `allowed` are the names of the parts that the question has."""
    if not hasattr(given, "items"):
        raise _unreadable()
    found: dict[str, list[str]] = {}
    for part, values in given.items():
        if part not in allowed or not isinstance(values, (list, tuple)):
            raise _unreadable()
        if not all(isinstance(value, str) for value in values):
            raise _unreadable()
        if values:
            found[part] = list(values)
    return found


def one(values: Sequence[str]) -> str:
    """The value of a field that is sent once; "" when it was not sent."""
    if len(values) > 1:
        raise UnreadableAnswer(_("Only one answer fits here. Choose one and send it again."))
    return values[0] if values else ""


def place(raw: str, count: int) -> int | None:
    """A position from 1 to `count` as position from 0; None when empty."""
    raw = raw.strip()
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit()) or len(raw) > _PLACE_DIGITS or not 1 <= int(raw) <= count:
        raise UnreadableAnswer(_("That option is not part of the question. Open the page again and choose anew."))
    return int(raw) - 1


def short(raw: str) -> str:
    """A line of text as typed, in composed form, with single spaces."""
    return " ".join(_clean(raw, MAX_SHORT).split())


def long(raw: str) -> str:
    """A text of several lines as typed."""
    return _clean(raw.replace("\r\n", "\n"), MAX_LONG).strip()


def _clean(raw: str, most: int) -> str:
    if len(raw) > most:
        raise UnreadableAnswer(
            _(
                "The answer has %(length)s characters; %(most)s fit. Shorten it and send it again.",
                length=number(len(raw)),
                most=number(most),
            )
        )
    # Half of an emoji, cut by a phone, and characters that no database keeps would lose the whole answer.
    whole = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    kept = "".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else " " for c in whole)
    return unicodedata.normalize("NFC", kept)


def _unreadable() -> UnreadableAnswer:
    return UnreadableAnswer(_("This answer does not fit the question. Open the page again and answer anew."))
