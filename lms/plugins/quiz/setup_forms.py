"""Forms of the pages where the committee sets a quiz up: new, copied, settings, and the list of questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from lms.kernel.declarations import SessionTime
from lms.kernel.errors import RuleViolation
from lms.kernel.fields import PlainDecimalField
from lms.kernel.forms import Form
from lms.kernel.i18n import clock, shortday
from lms.plugins.quiz.enums import Phase, Reveal, SessionPoint
from lms.plugins.quiz.items import MAX_ITEMS, MAX_MARK, Edit, PoolEdit
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.setup import MAX_BANDS, Settings
from lms.plugins.quiz.words import KINDS

HUNDRED = Decimal(100)
# Browsers send the first ones; the last ones are typed where there is no picker.
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d-%m-%Y %H.%M"]
PHASES = {
    Phase.DURING: _l("While answering"),
    Phase.AFTER: _l("Right after handing in"),
    Phase.OPEN: _l("Later, while the quiz is open"),
    Phase.CLOSED: _l("After the quiz has closed"),
}
REVEALS = {
    Reveal.SCORE: _l("Score"),
    Reveal.CORRECTNESS: _l("Right or wrong"),
    Reveal.KEY: _l("Right answer"),
    Reveal.FEEDBACK: _l("Explanation"),
}
OPENINGS = {
    SessionPoint.NONE: _l("When the committee opens it, from the hour below if there is one"),
    SessionPoint.START: _l("When the session begins"),
    SessionPoint.END: _l("When the session ends"),
}
_MOMENT_HINT = _l("By the clocks at the place of the workshop.")


class CommaDecimal(PlainDecimalField):
    """A number that may be typed with a comma, as in Indonesian."""

    def _value(self) -> str:
        typed = str(super()._value())
        return typed.replace(".", ",") if str(get_locale()) == "id" else typed

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata([value.replace(",", ".") for value in valuelist])


def _moment_field(label: object) -> DateTimeLocalField:
    return DateTimeLocalField(label, format=_MOMENTS, validators=[Optional()], description=_MOMENT_HINT)


class NewQuizForm(Form):
    """A quiz without questions."""

    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    title = StringField(_l("Name"), [DataRequired(_l("Write a name.")), Length(max=200)])
    session_id = SelectField(
        _l("Session"), coerce=int, description=_l("A session quiz needs one. Others may do without.")
    )


class CopyQuizForm(Form):
    """A quiz of this workshop, or of another one within reach."""

    source = SelectField(_l("Quiz to copy"), coerce=int)
    title = StringField(
        _l("Name of the copy"), [Optional(), Length(max=200)], description=_l("Left empty, it keeps its name.")
    )

    def offer(self, quizzes: Iterable[Quiz]) -> None:
        """Set the choices, by workshop."""
        groups: dict[str, list[SelectChoice]] = {}
        for quiz in quizzes:
            day = shortday(quiz.workshop.starts_on)
            groups.setdefault(f"{quiz.workshop.title}, {day}", []).append(SelectChoice(quiz.id, quiz.title))
        self.source.choices = groups


class BandForm(PlainForm):  # type: ignore[misc]
    """What people read from a score on."""

    percent = CommaDecimal(
        _l("From %"), places=None, validators=[Optional(), NumberRange(0, 100, _l("Write a number from 0 to 100."))]
    )
    # Not `Optional`, which would end the checks at an empty field.
    text = TextAreaField(_l("Text"), [Length(max=1000)])

    def validate_text(self, field: Any) -> None:
        """A band has both parts."""
        typed = (field.data or "").strip()
        if typed and self.percent.data is None and not self.percent.errors:
            raise ValidationError(_("Write from which percentage this text is shown."))
        if not typed and self.percent.data is not None:
            raise ValidationError(_("Write the text, or empty the percentage too."))


class SettingsForm(Form):
    """Everything about a quiz but its questions."""

    title = StringField(_l("Name"), [DataRequired(_l("Write a name.")), Length(max=200)])
    intro = TextAreaField(
        _l("Introduction"), [Optional(), Length(max=4000)], description=_l("People read it before they begin.")
    )
    session_id = SelectField(_l("Session"), coerce=int)
    opens_with_session = RadioField(
        _l("Opens"), choices=[SelectChoice(point.value, label) for point, label in OPENINGS.items()], default=""
    )
    opens_at = _moment_field(_l("Opens not before"))
    closes_at = _moment_field(_l("Closes at"))
    opens_with_exit = BooleanField(_l("Each person sees it only after scanning the exit code"))
    time_limit = IntegerField(
        _l("Time limit in minutes"), [Optional(), NumberRange(1, 1440, _l("Write minutes, from 1 to 1440."))]
    )
    max_attempts = SelectField(_l("Attempts"), coerce=int)
    pass_percent = CommaDecimal(
        _l("Passing mark in %"),
        places=None,
        validators=[
            InputRequired(_l("Write a number from 0 to 100.")),
            NumberRange(0, 100, _l("Write a number from 0 to 100.")),
        ],
    )
    shuffles_questions = BooleanField(_l("Each person gets the questions in another order"))
    shuffles_options = BooleanField(_l("Each person gets the options in another order"))
    review_as = RadioField(
        _l("What people see of their answers"),
        choices=[SelectChoice("usual", _l("As usual")), SelectChoice("own", _l("As set in the table"))],
    )
    bands = FieldList(FormField(BandForm), max_entries=MAX_BANDS)

    def offer(self, quiz: Quiz, sessions: Sequence[SessionTime]) -> None:
        """Set the choices, and leave two more bands to fill in."""
        self.session_id.choices = session_choices(quiz.workshop.zone, sessions, kept=quiz.session_id)
        counts = sorted({1, 2, 3, quiz.max_attempts} - {0})
        labels = [SelectChoice(count, str(count)) for count in counts]
        self.max_attempts.choices = [*labels, SelectChoice(0, _("As many as people like"))]
        if quiz.is_evaluation:
            for name in ("time_limit", "max_attempts", "pass_percent", "shuffles_options", "review_as", "bands"):
                delattr(self, name)
        else:
            while len(self.bands) < min(MAX_BANDS, len(quiz.bands) + 2):
                self.bands.append_entry()

    def settings(self, quiz: Quiz, ticked: Mapping[str, Sequence[str]]) -> Settings:
        """What was typed, after a successful validation; `ticked` are the boxes of the table of reviews by phase."""
        zone = ZoneInfo(quiz.workshop.zone)
        common: dict[str, Any] = {
            "title": self.title.data,
            "intro": self.intro.data or "",
            "session_id": self.session_id.data or None,
            "opens_with_session": SessionPoint(self.opens_with_session.data),
            "opens_at": _aware(self.opens_at.data, zone, "opens_at"),
            "closes_at": _aware(self.closes_at.data, zone, "closes_at"),
            "shuffles_questions": self.shuffles_questions.data,
        }
        if quiz.is_evaluation:
            return Settings(**common)
        bands = {row.percent.data: row.text.data for row in self.bands if row.percent.data is not None}
        return Settings(
            **common,
            time_limit=self.time_limit.data,
            max_attempts=self.max_attempts.data,
            pass_ratio=self.pass_percent.data / HUNDRED,
            shuffles_options=self.shuffles_options.data,
            review={key: list(flags) for key, flags in ticked.items()} if self.review_as.data == "own" else None,
            bands=tuple((percent / HUNDRED, text) for percent, text in bands.items()),
        )


def session_choices(zone: str, sessions: Sequence[SessionTime], *, kept: int | None = None) -> list[SelectChoice]:
    """The sessions by time, and 0 for none; one that is gone from the agenda stays choosable where it is set."""
    found = [SelectChoice(0, _("No session"))]
    for session in sessions:
        when = f"{shortday(session.starts_at, zone)}, {clock(session.starts_at, zone)}"
        found.append(SelectChoice(session.id, f"{when}: {session.title}"))
    if kept is not None and kept not in {session.id for session in sessions}:
        found.append(SelectChoice(kept, _("A session that is not in the agenda any more")))
    return found


def values_of(quiz: Quiz) -> dict[str, Any]:
    """What the form shows before anything is typed."""
    zone = ZoneInfo(quiz.workshop.zone)
    return {
        "title": quiz.title,
        "intro": quiz.intro,
        "session_id": quiz.session_id or 0,
        "opens_with_session": quiz.opens_with_session.value,
        "opens_at": quiz.opens_at.astimezone(zone) if quiz.opens_at else None,
        "closes_at": quiz.closes_at.astimezone(zone) if quiz.closes_at else None,
        "opens_with_exit": quiz.opens_with_exit,
        "time_limit": quiz.time_limit,
        "max_attempts": quiz.max_attempts,
        "pass_percent": _short(quiz.pass_ratio * HUNDRED),
        "shuffles_questions": quiz.shuffles_questions,
        "shuffles_options": quiz.shuffles_options,
        "review_as": "own" if quiz.review else "usual",
        "bands": [{"percent": _short(Decimal(row["from"]) * HUNDRED), "text": row["text"]} for row in quiz.bands],
    }


def ticked_of(fields: MultiDict[str, str]) -> dict[str, list[str]]:
    """The boxes of the table of reviews: `{phase: flags}`, every phase there."""
    return {phase.value: fields.getlist(f"review-{phase.value}") for phase in Phase}


def items_edit(fields: MultiDict[str, str]) -> Edit:
    """What the page of questions sent. Raises RuleViolation for a mark or a pool that cannot be."""
    step, _colon, rest = fields.get("tindakan", "").partition(":")
    numbers = [int(part) for part in rest.split(":") if part.isdecimal() and len(part) < 10]
    chosen = ids_of(fields.getlist("pilih"))
    new_pool = _pool(fields, "baru") if step == "kelompok" else None
    if step in {"kelompok", "pindah", "keluarkan"} and not chosen:
        raise RuleViolation(_("Tick the questions first, then press the button again."))
    return Edit(
        marks={number: _mark(text) for number, text in _numbered(fields, "nilai-")},
        pools={number: _pool(fields, str(number)) for number, _text in _numbered(fields, "ambil-")},
        chosen=chosen,
        place=(numbers[0], numbers[1]) if step in {"naik", "turun"} and len(numbers) == 2 else None,
        drop=tuple(numbers[:1]) if step == "keluar" else chosen if step == "keluarkan" else (),
        into=next(iter(ids_of([fields.get("tujuan", "0")])), 0) if step == "pindah" else None,
        new_pool=new_pool,
        dissolve=numbers[0] if step == "bubar" and numbers else None,
    )


def _numbered(fields: MultiDict[str, str], stem: str) -> list[tuple[int, str]]:
    found = []
    for name, text in fields.items():
        number = name.removeprefix(stem)
        if name.startswith(stem) and number.isdecimal() and len(number) < 10:
            found.append((int(number), text))
    return found


def ids_of(texts: Iterable[str]) -> tuple[int, ...]:
    """The whole numbers among the texts, each once."""
    return tuple(dict.fromkeys(int(text) for text in texts if text.isdecimal() and len(text) < 10))


def _mark(text: str) -> Decimal:
    try:
        mark = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        mark = Decimal(0)
    exact = mark.is_finite() and mark <= MAX_MARK and mark == round(mark, 2)
    if not exact or not 0 < mark <= MAX_MARK:
        raise RuleViolation(_("A mark is a number above 0, such as 1 or 2.5. Look at “%(typed)s”.", typed=text[:20]))
    return mark


def _pool(fields: MultiDict[str, str], key: str) -> PoolEdit:
    name, draws = fields.get(f"kelompok-{key}", "").strip()[:120], fields.get(f"ambil-{key}", "").strip()
    if not name:
        raise RuleViolation(_("Give the pool a name, such as “Leadership”."))
    if not draws.isdecimal() or not 0 < int(draws[:5]) <= MAX_ITEMS:
        raise RuleViolation(_("Write how many questions each person gets from “%(name)s”, from 1.", name=name))
    return PoolEdit(name=name, draws=int(draws))


def _aware(moment: datetime | None, zone: ZoneInfo, name: str) -> datetime | None:
    if moment is None:
        return None
    if not 2000 <= moment.year <= 2100:
        raise RuleViolation(_("Choose a day of this century."), name)
    return moment.replace(tzinfo=zone)


def _short(number: Decimal) -> Decimal:
    """Without zeros at the end and without exponent."""
    return Decimal(format(number.normalize(), "f"))
