"""Fields of the question editor, and what its parts share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import TextArea

from lms.plugins.quiz import question_lines as lines
from lms.plugins.quiz.content import MAX_TEXT, Content
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.question_texts import Texts

T = TypeVar("T")
Fields = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Row:
    """The fields of one option, answer or pair: `names` at once, `more` on demand; `choice` is a place in `right`."""

    legend: str
    names: tuple[str, ...]
    more: tuple[str, ...] = ()
    choice: int | None = None


class WordsField(StringField):  # type: ignore[misc]
    """A line of text; as high as its text where that has several lines."""

    _area = TextArea()

    def __call__(self, **values: Any) -> Any:
        """The field; an input would lose the line breaks of an imported text."""
        if "\n" not in (self._value() or ""):
            return super().__call__(**values)
        return self._area(self, **{"rows": min(12, self._value().count("\n") + 2), **values})


class Part:
    """The fields of one type of question; `anchor` is where its faults are shown that name no field.

    The base is that of types which have nothing but their text, such as those of plugins.
    """

    first = 0  # rows of an empty editor; 0 for a type without rows
    anchor = "text"
    title: object = ""
    hint: object = ""
    extra: tuple[str, ...] = ()  # fields beside the rows

    def fields(self, rows: int) -> Fields:
        """The fields by name."""
        return {}

    def rows(self, form: Any, count: int) -> list[Row]:
        """How the rows are laid out."""
        return []

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """What a question fills in."""
        return {}

    def count(self, content: Content) -> int:
        """How many rows a question fills."""
        return 0

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """The parts of `Content` that were typed. Faults go to their fields, and what is returned then is not used."""
        return {}


def words(label: object, *, most: int = MAX_TEXT, **values: Any) -> Any:
    """A text that fits into a line."""
    return WordsField(label, [Length(max=most)], **values)


def area(label: object, *, rows: int = 4, most: int = MAX_TEXT, **values: Any) -> Any:
    """A text of several lines."""
    return TextAreaField(label, [Optional(), Length(max=most)], render_kw={"rows": rows}, **values)


def percent_field(label: object = _l("Part of the mark, in percent"), **values: Any) -> Any:
    """A percent."""
    return StringField(label, [Length(max=14)], render_kw={"inputmode": "decimal", "size": 8}, **values)


def typed(form: Any, name: str) -> str:
    """What stands in a field."""
    return str(form[name].data or "")


def fail(form: Any, name: str, message: str) -> None:
    """Put a fault on its field."""
    field = form[name]
    if message not in field.errors:
        field.errors = [*field.errors, message]


def parsed(form: Any, name: str, read: Callable[[str], T], default: T) -> T:
    """What `read` makes of a field; `default` where it is empty, and where it is wrong, with the fault on it."""
    text = typed(form, name)
    if not text.strip():
        return default
    try:
        return read(text)
    except Broken as error:
        fail(form, name, error.reason)
        return default


def fraction(form: Any, name: str, default: Decimal) -> Decimal:
    """A typed percent as a fraction."""
    return parsed(form, name, lines.percent, default)


def filled(form: Any, count: int, *stems: str) -> list[int]:
    """The rows, from 1, in which anything was typed."""
    return [n for n in range(1, count + 1) if any(typed(form, f"{stem}_{n}").strip() for stem in stems)]


def letter(place: int) -> str:
    """A, B, C … for a place from 1; numbers beyond the alphabet."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place - 1] if place <= 26 else str(place)


def numbered(stem: str, values: Sequence[Any]) -> dict[str, Any]:
    """`{stem_1: …}` of a column."""
    return {f"{stem}_{place}": value for place, value in enumerate(values, start=1)}


def option_label(place: int) -> str:
    """The words for one option."""
    return _("Option %(letter)s", letter=letter(place))
