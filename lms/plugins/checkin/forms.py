"""Forms of check-in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.forms import Form, choices
from lms.plugins.checkin.enums import ABSENCE_LABELS, MODE_LABELS, AbsenceKind, Strength


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
    """The claim of a scanned code; a ticket code, or number and name, only where this phone holds no ticket."""

    claim = HiddenField(validators=[DataRequired(), Length(max=300)])
    holder = HiddenField(validators=[Optional(), Length(max=200)])  # whose name the page showed
    ticket_code = StringField(_l("Your ticket code"), validators=[Optional(), Length(max=12)])
    phone = StringField(_l("WhatsApp number"), validators=[Length(max=40)])
    full_name = StringField(_l("Name as registered"), validators=[Length(max=100)])


class TypedVenueForm(Form):
    """The six letters under the QR code on the screen."""

    code = StringField(_l("Code on the screen"), validators=[DataRequired(), Length(max=12)])


class AbsenceForm(Form):
    """Why somebody does not come; `substitute` is the number of an enrolment, or `new` for a name and number."""

    reach = RadioField(_l("For which sessions"), choices=choices([("session", ""), ("day", "")]), default="session")
    kind = RadioField(_l("Reason"), choices=choices(ABSENCE_LABELS.items()), default=AbsenceKind.EXCUSED.value)
    note = StringField(_l("Note"), validators=[Optional(), Length(max=300)])
    letter = StringField(_l("Number of the letter"), validators=[Optional(), Length(max=120)])
    substitute = SelectField(_l("Who comes instead"), validators=[Optional()], choices=choices([]))
    full_name = StringField(_l("Full name of the substitute"), validators=[Optional(), Length(max=100)])
    phone = StringField(_l("WhatsApp number of the substitute"), validators=[Optional(), Length(max=40)])
    position = StringField(_l("Position"), validators=[Optional(), Length(max=100)])


class RuleForm(Form):
    """How check-in works at one session."""

    mode = RadioField(_l("Check-in"), choices=choices(MODE_LABELS.items()))
    has_second_code = BooleanField(_l("A second code in the middle of the session"))
    question = StringField(_l("Question at the door"), validators=[Optional(), Length(max=200)])
    required = RadioField(
        _l("Evidence that counts for certificates"),
        choices=choices(
            [
                ("", _l("Every attendance")),
                (Strength.FAIR.value, _l("At least fair")),
                (Strength.STRONG.value, _l("Only strong")),
            ]
        ),
    )
