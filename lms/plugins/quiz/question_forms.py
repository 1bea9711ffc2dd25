"""The editor of questions: what all types have in common, with the fields of one type below."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.forms import choices
from lms.plugins.quiz import question_lines as lines
from lms.plugins.quiz.bank_forms import id_of
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.bank_queries import SHARED
from lms.plugins.quiz.categories import Branch
from lms.plugins.quiz.content import MAX_TEXT, NOTHING, ONE, Content, Draft, Picture, from_json, to_json
from lms.plugins.quiz.enums import Pillar, TextFormat
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.question_fields import Part, Row, fail, parsed, typed
from lms.plugins.quiz.question_parts import part_of
from lms.plugins.quiz.question_pictures import PictureForm
from lms.plugins.quiz.question_texts import Texts, format_of
from lms.plugins.quiz.words import PILLARS

MAX_ROWS = 200  # content.MAX_PARTS
MORE = 3  # rows that one press of the button adds
FORMATS = {
    TextFormat.PLAIN: _l("Plain text"),
    TextFormat.MARKDOWN: _l("Markdown: **bold**, lists, tables"),
    TextFormat.HTML: _l("Simple HTML"),
}


@dataclass(frozen=True, kw_only=True)
class Edited:
    """A question as the editor opens it."""

    question: Question
    content: Content
    tags: Sequence[str]


class QuestionForm(PictureForm):
    """What all types have; `form_for` adds the fields of one type."""

    rows = HiddenField()  # how many rows the page shows
    base = HiddenField()  # the version that its author saw
    owner = SelectField(_l("Belongs to"))
    code = StringField(_l("Code"), [Optional(), Length(max=20)], description=_l("One is made when you leave it empty."))
    text = TextAreaField(_l("Question"), [DataRequired(), Length(max=MAX_TEXT)], render_kw={"rows": 5})
    format = SelectField(
        _l("Form of the texts"),
        choices=choices(FORMATS.items()),
        default=TextFormat.PLAIN.value,
        description=_l("Holds for every text of this question. Plain text is shown exactly as it was typed."),
    )
    feedback = TextAreaField(
        _l("Explanation"),
        [Optional(), Length(max=MAX_TEXT)],
        render_kw={"rows": 3},
        description=_l("Shown with the key, whatever was answered."),
    )
    mark = StringField(
        _l("Mark"),
        [DataRequired(), Length(max=12)],
        default="1",
        render_kw={"inputmode": "decimal"},
        description=_l("What it counts in a quiz, unless the quiz says otherwise."),
    )
    category = SelectField(_l("Category"), [Optional()], validate_choice=False)
    tags = StringField(_l("Tags"), [Optional(), Length(max=500)], description=_l("Several, with commas between them."))
    pillar = SelectField(
        _l("Pillar"),
        choices=choices((pillar.value, label) for pillar, label in PILLARS.items()),
        default=Pillar.NONE.value,
    )
    objective = StringField(
        _l("Learning objective"),
        [Optional(), Length(max=160)],
        description=_l("What the question tests, in a few words."),
    )
    source = StringField(_l("Source"), [Optional(), Length(max=300)])
    needs_review = BooleanField(_l("To be confirmed by a narasumber"))
    kind: str
    uploaded: tuple[Picture, ...] = ()  # those that the texts name
    part: Part
    stored: Content | None
    count: int
    branches: Sequence[Branch]
    content: Content

    @property
    def wants_rows(self) -> bool:
        """Whether the button for more rows was pressed: nothing is checked then, and nothing is lost."""
        return "more" in request.form

    @property
    def says_anyway(self) -> bool:
        """Whether the author knows of an equal question."""
        return "anyway" in request.form

    def layout(self) -> list[Row]:
        """The rows of this type."""
        return self.part.rows(self, self.count)

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then what the type says of the whole."""
        super().validate(extra_validators)
        self._check_category()
        content = self._read()
        if not self._is_wrong():
            self._check(content)
        self.content = content
        return not self._is_wrong()

    def _is_wrong(self) -> bool:
        return bool(self.form_errors) or any(field.errors for field in self)

    def _read(self) -> Content:
        format = TextFormat(self.format.data) if self.format.data in set(TextFormat) else TextFormat.PLAIN
        texts = Texts(format, self.stored)
        base = self.stored or Content(kind=self.kind, text=NOTHING)
        values = self.part.read(self, self.count, texts)
        if "feedback" in self:
            values["feedback"] = texts.read(typed(self, "feedback"))
        if "mark" in self:
            values["mark"] = self._mark()
        return replace(base, text=texts.read(typed(self, "text")), **values)

    def _mark(self) -> Decimal:
        mark = parsed(self, "mark", lines.figure, ONE)
        if not 0 < mark <= 1000:
            fail(self, "mark", _("The mark must lie between 0 and 1000."))
            return ONE
        return mark

    def _check(self, content: Content) -> None:
        problems = kind_of(self.kind).problems(content)
        try:
            from_json(to_json(content))
        except ValueError:
            problems.append(_("Something here is too long, or a number has too many digits. Shorten it."))
        for problem in problems:
            fail(self, self.part.anchor, problem)

    def _check_category(self) -> None:
        if not self.category.data:
            return
        branch = next((row for row in self.branches if str(row.id) == self.category.data), None)
        if branch is None:
            fail(self, "category", _("This category is gone. Choose another one."))
        elif "owner" in self and str(branch.organiser_id or SHARED) != self.owner.data:
            fail(self, "category", _("This category lies in another bank. Choose one of the bank that you chose."))

    @property
    def draft(self) -> Draft:
        """The question that was typed, once it is valid."""
        return Draft(
            content=self.content,
            tags=tuple(tag.strip() for tag in typed(self, "tags").split(",") if tag.strip()),
            pillar=Pillar(self.pillar.data),
            objective=typed(self, "objective"),
            pictures=self.uploaded,
        )

    @property
    def version_id(self) -> int | None:
        """The version that the author saw; None where a page does not say."""
        return id_of(str(self.base.data or ""))

    @property
    def category_id(self) -> int | None:
        return int(self.category.data) if self.category.data else None


def form_for(
    kind: str,
    *,
    branches: Sequence[Branch],
    owners: Sequence[tuple[str, str]] = (),
    edited: Edited | None = None,
) -> QuestionForm:
    """The editor of a question of this type, with what was sent, or with what the question says.

    `owners` are `(value, name)` of the banks that a new question may go to.
    """
    part, stored = part_of(kind), edited.content if edited is not None else None
    count = _count(part, stored)
    made = type("QuestionForm", (QuestionForm,), part.fields(count))
    form: QuestionForm = made(data=_data(part, edited) if edited is not None and request.method == "GET" else None)
    form.kind, form.part, form.stored, form.count, form.branches = kind, part, stored, count, branches
    form.rows.data = str(count)
    _prune(form)
    if edited is None:
        form.owner.choices = choices(owners)
    else:
        del form.owner, form.code
    form.category.choices = _category_choices(branches, dict(owners))
    form.picture_place.choices = choices(form.places())
    return form


def _prune(form: QuestionForm) -> None:
    """Take out what has no meaning for the type."""
    kind = kind_of(form.kind)
    if not kind.is_scored:
        del form.mark
    if not kind.is_scored or not kind.is_question:
        del form.feedback
    if not kind.is_question:
        form.text.label.text = _("Text")


def _count(part: Part, stored: Content | None) -> int:
    if not part.first:
        return 0
    if part.first == 2 and part.anchor == "right":  # true or false
        return 2
    if request.method != "POST":
        return min(MAX_ROWS, max(part.first, part.count(stored) if stored is not None else 0))
    sent = request.form.get("rows", "")
    count = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 5 else part.first
    return max(1, min(MAX_ROWS, count + (MORE if "more" in request.form else 0)))


def _data(part: Part, edited: Edited) -> dict[str, Any]:
    question, content = edited.question, edited.content
    texts = Texts(format_of(content), content)
    return {
        "base": str(question.version_id),
        "format": texts.format.value,
        "text": texts.shown(content.text),
        "feedback": texts.shown(content.feedback),
        "mark": lines.from_figure(content.mark),
        "category": str(question.category_id or ""),
        "tags": ", ".join(edited.tags),
        "pillar": question.pillar.value,
        "objective": question.objective,
        "source": question.source,
        "needs_review": question.needs_review,
        **part.data(content, texts),
    }


def _category_choices(branches: Collection[Branch], owners: dict[str, str]) -> list[SelectChoice]:
    """The categories of the bank; the owner's name before each where there are several."""
    several = len({row.organiser_id for row in branches}) > 1
    found = [SelectChoice("", _("No category"))]
    for row in branches:
        owner = owners.get(str(row.organiser_id or SHARED), "")
        found.append(SelectChoice(str(row.id), f"{owner}: {row.label}" if several and owner else row.label))
    return found
