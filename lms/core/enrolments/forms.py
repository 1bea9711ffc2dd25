"""Forms of registration and of the participants' list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.kernel.forms import Form, choices

GENDERS = [("P", _l("Female")), ("L", _l("Male"))]
_PHONE_HINT = _l("For instance 0812 3456 7890.")
_CONSENT = _l(
    "I agree that these data are used for the ticket, the attendance list and the certificate of this workshop."
)
# What is typed may be longer than what is kept: the service says so in words that fit the box.
_TYPED = Length(max=300)


class RegisterForm(Form):
    """Six fields; degrees and optional consents are in a fold. `nonce` makes a second sending harmless."""

    nonce = HiddenField(validators=[DataRequired(), Length(max=40)])
    full_name = StringField(
        _l("Full name"),
        validators=[DataRequired(), _TYPED],
        description=_l("Printed on the certificate exactly as you write it; degrees go below."),
    )
    affiliation = StringField(
        _l("Organisation (LKS or LKSA)"),
        validators=[DataRequired(), Length(max=200)],
        description=_l("Not in the list? Write the name in full, the committee matches it."),
    )
    position = StringField(_l("Your position"), validators=[DataRequired(), Length(max=100)])
    gender = RadioField(_l("Sex"), choices=choices(GENDERS), validators=[InputRequired()])
    phone = StringField(_l("WhatsApp number"), validators=[DataRequired(), _TYPED], description=_PHONE_HINT)
    consent = BooleanField(_CONSENT, validators=[DataRequired(_l("Tick this, so that we may issue your ticket."))])
    title_front = StringField(_l("Degree before the name"), validators=[Optional(), _TYPED])
    title_back = StringField(_l("Degree after the name"), validators=[Optional(), _TYPED])
    may_photograph = BooleanField(_l("Photos with me may be used in reports."))
    may_contact = BooleanField(_l("Tell me about later workshops."))


class CodeForm(Form):
    """The six letters of a ticket."""

    code = StringField(
        _l("Ticket code"),
        validators=[DataRequired(), Length(max=20)],
        description=_l("Six letters and digits, for instance K7M-4PQ."),
    )


class NameForm(Form):
    """How the name stands on the certificate."""

    title_front = StringField(_l("Degree before the name"), validators=[Optional(), _TYPED])
    full_name = StringField(_l("Full name"), validators=[DataRequired(), _TYPED])
    title_back = StringField(_l("Degree after the name"), validators=[Optional(), _TYPED])


class ParticipantForm(NameForm):
    """A participant as staff adds or changes them; `over_quota` is asked only when the workshop is full."""

    affiliation = StringField(_l("Organisation"), validators=[DataRequired(), Length(max=200)])
    position = StringField(_l("Position"), validators=[Optional(), Length(max=100)])
    gender = RadioField(_l("Sex"), choices=choices(GENDERS), validators=[Optional()])
    phone = StringField(_l("WhatsApp number"), validators=[Optional(), _TYPED], description=_PHONE_HINT)
    over_quota = BooleanField(_l("Give a seat although the workshop is full"))


class CancelForm(Form):
    """Why a registration is cancelled."""

    reason = StringField(_l("Reason"), validators=[Optional(), Length(max=300)])


class ErasureForm(Form):
    """A person asks for the own data to be erased, or staff does it."""

    reason = TextAreaField(_l("Why, or what exactly"), validators=[Optional(), Length(max=500)])
