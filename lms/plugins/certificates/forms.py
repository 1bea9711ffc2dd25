"""Forms of certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from lms.kernel.forms import Form


class CriteriaForm(Form):
    """What participants must reach, and who signs."""

    attendance = IntegerField(
        _l("Attendance at least (percent)"), validators=[InputRequired(), NumberRange(min=0, max=100)]
    )
    needs_posttest = BooleanField(_l("The post-test must be submitted"))
    needs_plan = BooleanField(_l("The organisation's follow-up plan must be submitted"))
    score = IntegerField(
        _l("Post-test score at least (percent)"),
        validators=[InputRequired(), NumberRange(min=0, max=100)],
        description=_l("0 means that the score does not matter."),
    )
    first_name = StringField(_l("First signatory"), validators=[Optional(), Length(max=150)])
    first_position = StringField(_l("Position of the first signatory"), validators=[Optional(), Length(max=150)])
    second_name = StringField(_l("Second signatory"), validators=[Optional(), Length(max=150)])
    second_position = StringField(_l("Position of the second signatory"), validators=[Optional(), Length(max=150)])


class ReasonForm(Form):
    """Why a certificate ends."""

    reason = StringField(_l("Reason"), validators=[DataRequired(), Length(max=300)])


class LookupForm(Form):
    """The code printed below the QR code."""

    code = StringField(_l("Code below the QR code"), validators=[DataRequired(), Length(max=40)])
