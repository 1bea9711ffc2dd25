"""Forms of reports."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.forms import Form


class BeginForm(Form):
    """A report for a period."""

    organiser_id = SelectField(_l("Organiser"), coerce=int)
    period = SelectField(_l("Period"), validators=[DataRequired()])
    title = StringField(_l("Title"), validators=[DataRequired(), Length(max=200)])


class WriteForm(Form):
    """Title and notes."""

    title = StringField(_l("Title"), validators=[DataRequired(), Length(max=200)])
    narrative = TextAreaField(_l("Notes"), validators=[Optional(), Length(max=4000)])


class RecommendForm(Form):
    """One recommendation with what it rests on."""

    text = StringField(_l("Recommendation"), validators=[DataRequired(), Length(max=500)])
    evidence = StringField(_l("What it rests on"), validators=[Optional(), Length(max=500)])
    owner = StringField(_l("Who should act"), validators=[Optional(), Length(max=120)])
