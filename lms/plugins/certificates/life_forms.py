"""Forms of what happens to a certificate after it was issued."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from lms.core.people import names
from lms.kernel.forms import Form
from lms.plugins.certificates.corrections import MAX_NOTE


class CorrectionForm(Form):
    """What the holder wants to read on the certificate."""

    name = StringField(_l("Name with titles, as it should be"), validators=[DataRequired(), Length(max=200)])
    organisation = StringField(_l("Organisation, as it should be"), validators=[Optional(), Length(max=200)])
    note = TextAreaField(_l("Note for the committee"), validators=[Optional(), Length(max=MAX_NOTE)])


class AcceptForm(Form):
    """The parts that the committee lets stand; they also change the person's data."""

    title_front = StringField(_l("Titles before the name"), validators=[Optional(), Length(max=names.FRONT_LENGTH)])
    full_name = StringField(_l("Name without titles"), validators=[DataRequired(), Length(max=names.NAME_LENGTH)])
    title_back = StringField(_l("Titles after the name"), validators=[Optional(), Length(max=names.BACK_LENGTH)])
    organisation = StringField(_l("Organisation"), validators=[Optional(), Length(max=200)])


class DeclineForm(Form):
    """Why a request is refused; the holder reads it."""

    answer = StringField(_l("Answer to the holder"), validators=[DataRequired(), Length(max=MAX_NOTE)])


class SendForm(Form):
    """Send the e-mail of a certificate once more; `seen` is the attempt that the page showed."""

    seen = IntegerField(validators=[NumberRange(min=0, max=10_000)])
    email = StringField(_l("E-mail address of the holder"), validators=[Optional(), Length(max=254)])
