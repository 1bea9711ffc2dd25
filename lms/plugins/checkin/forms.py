"""Forms of check-in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.forms import Form, choices


class ScanForm(Form):
    """A badge's content or a typed ticket code, for one session; `client_id` makes a repeat harmless."""

    code = StringField(_l("Ticket code or badge"), validators=[DataRequired(), Length(max=300)])
    client_id = HiddenField(validators=[DataRequired(), Length(max=64)])


class PickForm(Form):
    """A person found by name."""

    enrolment_id = HiddenField(validators=[DataRequired(), Length(max=12)])
    client_id = HiddenField(validators=[DataRequired(), Length(max=64)])


class WalkInForm(Form):
    """A person who came without registration."""

    full_name = StringField(_l("Full name"), validators=[DataRequired(), Length(max=100)])
    affiliation = StringField(_l("Organisation"), validators=[DataRequired(), Length(max=200)])
    position = StringField(_l("Position"), validators=[Optional(), Length(max=100)])
    gender = SelectField(_l("Sex"), choices=choices([("", _l("Not stated")), ("P", _l("Female")), ("L", _l("Male"))]))
    phone = StringField(_l("WhatsApp number"), validators=[DataRequired(), Length(max=40)])
    client_id = HiddenField(validators=[DataRequired(), Length(max=64)])


class UndoForm(Form):
    """Why an attendance is taken back or entered by hand."""

    reason = StringField(_l("Reason"), validators=[DataRequired(), Length(max=300)])


class SelfForm(Form):
    """The claim of a scanned code; the ticket code only where this phone holds no ticket."""

    claim = HiddenField(validators=[DataRequired(), Length(max=200)])
    ticket_code = StringField(_l("Your ticket code"), validators=[Optional(), Length(max=12)])


class TypedVenueForm(Form):
    """The six letters under the QR code on the screen."""

    code = StringField(_l("Code on the screen"), validators=[DataRequired(), Length(max=12)])
