"""Forms of quizzes: what comes from phones and from the committee, parsed and bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.kernel.forms import Form
from lms.plugins.quiz.errors import UnreadableAnswer
from lms.plugins.quiz.evaluations import MAX_TEXT, Item
from lms.plugins.quiz.services import MAX_AGE, MAX_BATCH, Given

MAX_AGE_MS = int(MAX_AGE.total_seconds() * 1000)


def answers_from_json(payload: object) -> list[Given]:
    """`{"answers": [{"n", "v": {part: [values]}, "seq", "age"}]}` as answers; other keys are ignored.

    Raises UnreadableAnswer.
    """
    rows = payload.get("answers") if isinstance(payload, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_BATCH:
        raise UnreadableAnswer(_("No answers could be read."))
    return [_given(row) for row in rows]


def _given(row: object) -> Given:
    if not isinstance(row, dict):
        raise UnreadableAnswer(_("No answers could be read."))
    number, parts, seq, age = row.get("n"), row.get("v"), row.get("seq"), row.get("age", 0)
    whole = all(type(value) is int for value in (number, seq, age))
    if not whole or not isinstance(parts, dict) or not all(map(_is_part, parts.values())):
        raise UnreadableAnswer(_("No answers could be read."))
    return Given(number=int(str(number)), parts=parts, seq=int(str(seq)), age=min(int(str(age)), MAX_AGE_MS))


def _is_part(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def attempt_from_json(payload: object) -> int | None:
    """The attempt that a phone says it kept the answers for; None when it says none."""
    attempt = payload.get("attempt") if isinstance(payload, dict) else None
    return attempt if type(attempt) is int and 0 < attempt < 2**31 else None


class AnswerForm(Form):
    """One question without script; its fields stand under the number of the question."""

    ke = HiddenField()  # the number to go on to
    hapus = HiddenField()  # take the answer back and stay
    periksa = HiddenField()  # look whether the answer is right and stay

    def target(self, number: int, total: int) -> int | None:
        """The question to go on to from question `number`, None for the last page."""
        if self.hapus.data or self.periksa.data:
            return number
        typed = str(self.ke.data or "")
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0
        return number if 1 <= number <= total else None


def answer_of_form(number: int, fields: Mapping[str, Sequence[str]]) -> Given:
    """The answer to question `number` in a plain post; without any field, or taken back, it is a cleared one."""
    parts: dict[str, Sequence[str]] = {}
    for name, values in fields.items() if "hapus" not in fields else ():
        stem, _dash, part = name.partition("-")
        if stem == f"q{number}":
            parts[part] = values
    return Given(number=number, parts=parts)


def evaluation_form(items: Sequence[Item]) -> Form:
    """A form with a rating or a text field for every item, named by its number in the form."""
    fields: dict[str, Any] = {}
    for number, item in enumerate(items, start=1):
        if item.steps:
            choices = [SelectChoice(str(place), label) for place, label in item.choices]
            fields[f"q{number}"] = RadioField(item.text, [InputRequired(_l("Rate this item."))], choices=choices)
        else:
            fields[f"q{number}"] = TextAreaField(item.text, [Optional(), Length(max=MAX_TEXT)])
    form: Form = type("EvaluationForm", (Form,), fields)()
    return form


def evaluation_answers(form: Form, items: Sequence[Item]) -> tuple[dict[int, int], dict[int, str]]:
    """`(ratings, remarks)` by question id of a form that validated."""
    ratings, remarks = {}, {}
    for number, item in enumerate(items, start=1):
        data = form[f"q{number}"].data
        if item.steps:
            ratings[item.question_id] = int(data)
        else:
            remarks[item.question_id] = data or ""
    return ratings, remarks
