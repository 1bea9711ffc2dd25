"""Forms of quizzes: what comes from phones and from the committee, parsed and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.kernel.forms import Form
from lms.plugins.quiz.enums import Pillar, QuestionKind
from lms.plugins.quiz.errors import UnreadableAnswer
from lms.plugins.quiz.models import Question
from lms.plugins.quiz.services import MAX_BATCH, MAX_TEXT, Given
from lms.plugins.quiz.words import PILLARS, RATINGS

OPTIONS = 4


def answers_from_json(payload: object) -> list[Given]:
    """`{"answers": [{"n", "choice" or "text", "seq"}]}` as answers; other keys are ignored. Raises UnreadableAnswer."""
    rows = payload.get("answers") if isinstance(payload, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_BATCH:
        raise UnreadableAnswer(_("No answers could be read."))
    return [_given(row) for row in rows]


def _given(row: object) -> Given:
    if not isinstance(row, dict):
        raise UnreadableAnswer(_("No answers could be read."))
    number, choice, text, seq = row.get("n"), row.get("choice"), row.get("text", ""), row.get("seq")
    whole = all(type(value) is int for value in (number, seq)) and (choice is None or type(choice) is int)
    if not whole or not isinstance(text, str):
        raise UnreadableAnswer(_("No answers could be read."))
    return Given(number=int(str(number)), choice=choice, text=text.strip(), seq=int(str(seq)))


class AnswerForm(Form):
    """One question without script; the choice stands under the number of the question."""

    ke = HiddenField()  # the number to go on to

    def target(self, total: int) -> int | None:
        """The question to go on to, None for the last page."""
        typed = str(self.ke.data or "")
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0
        return number if 1 <= number <= total else None


def answer_of_form(number: int, fields: dict[str, str]) -> Given | None:
    """The answer to question `number` in a plain post; None when nothing was chosen."""
    choice, text = fields.get(f"q{number}", ""), fields.get(f"t{number}", "").strip()
    if choice.isascii() and choice.isdigit() and len(choice) < 4:
        return Given(number=number, choice=int(choice))
    return Given(number=number, text=text) if text else None


class QuestionForm(Form):
    """A single-choice question of the bank."""

    owner = SelectField(_l("Belongs to"))
    code = StringField(_l("Code"), [Optional(), Length(max=20)], description=_l("One is made when you leave it empty."))
    text = TextAreaField(_l("Question"), [DataRequired(), Length(max=1000)])
    option_1 = StringField(_l("Option A"), [DataRequired(), Length(max=500)])
    option_2 = StringField(_l("Option B"), [DataRequired(), Length(max=500)])
    option_3 = StringField(_l("Option C"), [Optional(), Length(max=500)])
    option_4 = StringField(_l("Option D"), [Optional(), Length(max=500)])
    key = RadioField(
        _l("Right answer"), choices=[SelectChoice(str(n), letter) for n, letter in enumerate("ABCD", start=1)]
    )
    pillar = SelectField(_l("Pillar"), choices=[SelectChoice(pillar.value, label) for pillar, label in PILLARS.items()])
    explanation = TextAreaField(_l("Explanation, shown after the quiz has closed"), [Optional(), Length(max=2000)])
    source = StringField(_l("Source"), [Optional(), Length(max=300)])

    @property
    def options(self) -> list[str]:
        return [str(self[f"option_{number}"].data or "") for number in range(1, OPTIONS + 1)]

    @property
    def values(self) -> dict[str, Any]:
        """The arguments that adding and editing share."""
        return {
            "text": self.text.data,
            "options": self.options,
            "key": int(self.key.data),
            "pillar": Pillar(self.pillar.data),
            "explanation": self.explanation.data or "",
            "source": self.source.data or "",
        }


def evaluation_form(questions: Sequence[Question]) -> Form:
    """A form with a rating or a text field for every question, named by its number in the form."""
    fields: dict[str, Any] = {}
    for number, question in enumerate(questions, start=1):
        if question.kind is QuestionKind.LIKERT:
            choices = [SelectChoice(str(rating), label) for rating, label in RATINGS]
            fields[f"q{number}"] = RadioField(question.text, [InputRequired(_l("Rate this item."))], choices=choices)
        else:
            fields[f"q{number}"] = TextAreaField(question.text, [Optional(), Length(max=MAX_TEXT)])
    form: Form = type("EvaluationForm", (Form,), fields)()
    return form


def evaluation_answers(form: Form, questions: Sequence[Question]) -> tuple[dict[int, int], dict[int, str]]:
    """`(ratings, remarks)` by question id of a form that validated."""
    ratings, remarks = {}, {}
    for number, question in enumerate(questions, start=1):
        data = form[f"q{number}"].data
        if question.kind is QuestionKind.LIKERT:
            ratings[question.id] = int(data)
        else:
            remarks[question.id] = data or ""
    return ratings, remarks
