"""Forms of what staff decides about one person."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.kernel.forms import Form
from lms.plugins.certificates.decisions import MAX_DETAIL
from lms.plugins.certificates.number_rules import MAX_NUMBER

MAX_PASTE = 200_000  # characters: some thousand lines


class ExceptionForm(Form):
    """Why somebody gets a certificate without the conditions."""

    reason = StringField(
        _l("Reason"),
        validators=[DataRequired(), Length(max=MAX_DETAIL)],
        description=_l("It is kept with the certificate."),
    )


class NameForm(Form):
    """Who is named for a role, and what they did."""

    enrolment_id = IntegerField(_l("Person"), validators=[InputRequired()])
    detail = StringField(
        _l("What they did"),
        validators=[Optional(), Length(max=MAX_DETAIL)],
        description=_l("As it is printed, for instance the panel or the group."),
    )


class ExternalNumberForm(Form):
    """A number from outside for one person; empty goes back to the series."""

    external_number = StringField(
        _l("Number"),
        validators=[Optional(), Length(max=MAX_NUMBER)],
        description=_l("It is printed as it is, instead of the next number. Empty for our own numbers."),
    )


class PasteForm(Form):
    """Numbers from outside for many."""

    lines = TextAreaField(
        _l("List"),
        validators=[DataRequired(), Length(max=MAX_PASTE)],
        description=_l("A line for each person: the ticket code, a tab, and the number. Copy two columns of a sheet."),
    )
