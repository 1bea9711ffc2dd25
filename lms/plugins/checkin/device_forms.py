"""Forms of phones at the door and of what they left for review."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Optional

from lms.kernel.forms import Form


class DeviceForm(Form):
    """A phone to set up, for the whole workshop or for one session."""

    name = StringField(_l("Name of the phone"), validators=[DataRequired(), Length(max=80)])
    session = SelectField(_l("May check in at"))


class WalkInDecisionForm(Form):
    """What to do about a walk-in; name and number may be put right on the way."""

    deed = HiddenField(validators=[AnyOf(("accept", "same", "dismiss"))])
    full_name = StringField(_l("Full name"), validators=[Optional(), Length(max=100)])
    phone = StringField(_l("WhatsApp number"), validators=[Optional(), Length(max=40)])
    same = StringField(_l("Is the same person as"), validators=[Optional(), Length(max=20)])
    code = StringField(_l("Ticket code"), validators=[Optional(), Length(max=20)])


class QuarantineForm(Form):
    """What to do about the scans of a phone that was revoked; `before` in the zone of the workshop, empty for all."""

    deed = HiddenField(validators=[AnyOf(("accept", "dismiss"))])
    before = StringField(_l("Only those before"), validators=[Optional(), Length(max=20)])
