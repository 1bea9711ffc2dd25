"""Forms of reports."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.declarations import Period
from lms.kernel.forms import Form
from lms.plugins.reports import periods
from lms.plugins.reports.rules import NARRATIVE_LENGTH, OWNER_LENGTH, TEXT_LENGTH, TITLE_LENGTH

OWN_DATES = "own"
_DATE = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]  # browsers send the first; people without a date picker type the others


class BeginForm(Form):
    """A report for a period; the two dates count only when no named period is chosen."""

    organiser_id = SelectField(_l("Organiser"), coerce=int)
    period = SelectField(_l("Period"), validators=[DataRequired()])
    first = DateField(_l("First day"), format=_DATE, validators=[Optional()])
    last = DateField(_l("Last day"), format=_DATE, validators=[Optional()])
    title = StringField(
        _l("Title"),
        validators=[Optional(), Length(max=TITLE_LENGTH)],
        description=_l("Left empty, it is named after the period."),
    )

    def chosen(self) -> Period:
        """The period that was asked for; raises ReportRefused when its dates cannot be."""
        if self.period.data == OWN_DATES:
            return periods.checked(self.first.data, self.last.data)
        return periods.decoded(self.period.data)


class WriteForm(Form):
    """Title and notes."""

    title = StringField(_l("Title"), validators=[DataRequired(), Length(max=TITLE_LENGTH)])
    narrative = TextAreaField(
        _l("Notes"), validators=[Optional(), Length(max=NARRATIVE_LENGTH)], render_kw={"rows": 10}
    )


class RecommendForm(Form):
    """One recommendation with what it rests on."""

    text = StringField(_l("Recommendation"), validators=[DataRequired(), Length(max=TEXT_LENGTH)])
    evidence = StringField(_l("What it rests on"), validators=[Optional(), Length(max=TEXT_LENGTH)])
    region_code = SelectField(_l("Region"))
    owner = StringField(_l("Who should act"), validators=[Optional(), Length(max=OWNER_LENGTH)])


class AnswerForm(Form):
    """What the addressee answered."""

    reply = TextAreaField(
        _l("Answer"),
        validators=[Optional(), Length(max=NARRATIVE_LENGTH)],
        description=_l("Left empty, the recommendation waits for an answer again."),
    )
