"""Forms of workshops."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from lms.kernel.forms import Form, choices

_CAPACITY = (InputRequired(), NumberRange(min=0, max=100_000))


class CreateForm(Form):
    """A workshop in eight fields; the rest comes from the template or the earlier workshop."""

    start = SelectField(_l("Start from"))
    title = StringField(_l("Title"), validators=[DataRequired(), Length(max=300)])
    organiser_id = SelectField(_l("Organiser"), coerce=int)
    starts_on = DateField(_l("First day"), validators=[DataRequired()])
    region_code = SelectField(_l("Kabupaten or kota"), validators=[DataRequired()])
    venue_name = StringField(_l("Venue"), validators=[Optional(), Length(max=200)])
    capacity = IntegerField(_l("Seats"), validators=_CAPACITY, default=40, description=_l("0 means no limit."))
    closes_on = DateField(_l("Registration until"), validators=[Optional()])


class EditForm(Form):
    """All details of a workshop."""

    title = StringField(_l("Title"), validators=[DataRequired(), Length(max=300)])
    summary = TextAreaField(_l("In one or two sentences"), validators=[Optional(), Length(max=600)])
    outcomes = TextAreaField(
        _l("What people can do afterwards"), validators=[Optional(), Length(max=2000)], description=_l("One per line.")
    )
    starts_on = DateField(_l("First day"), validators=[DataRequired()])
    ends_on = DateField(_l("Last day"), validators=[DataRequired()])
    region_code = SelectField(_l("Kabupaten or kota"), validators=[DataRequired()])
    venue_name = StringField(_l("Venue"), validators=[Optional(), Length(max=200)])
    venue_address = StringField(_l("Address of the venue"), validators=[Optional(), Length(max=300)])
    capacity = IntegerField(_l("Seats"), validators=_CAPACITY, description=_l("0 means no limit."))
    has_waiting_list = BooleanField(_l("Keep a waiting list when full"))
    opens_on = DateField(_l("Registration from"), validators=[Optional()])
    closes_on = DateField(_l("Registration until"), validators=[Optional()])
    contact_phone = StringField(
        _l("WhatsApp number of the committee"),
        validators=[Optional(), Length(max=40)],
        description=_l("Shown on tickets."),
    )


class CancelForm(Form):
    """Why a workshop is called off."""

    reason = StringField(
        _l("Reason"),
        validators=[DataRequired(_l("Write why; participants will ask.")), Length(max=300)],
    )


class TeamForm(Form):
    """Give an account a role in one workshop."""

    login = StringField(_l("E-mail or WhatsApp number of the account"), validators=[DataRequired(), Length(max=254)])
    role = SelectField(
        _l("Role"), choices=choices([("panitia", _l("Committee")), ("petugas_presensi", _l("Door staff"))])
    )


class MemberForm(Form):
    """A committee member, with or without an account: gets a ticket and a certificate."""

    full_name = StringField(_l("Full name"), validators=[DataRequired(), Length(max=300)])
    phone = StringField(_l("WhatsApp number"), validators=[Optional(), Length(max=300)])
    task = StringField(
        _l("Task"), validators=[Optional(), Length(max=120)], description=_l("For instance registration.")
    )
