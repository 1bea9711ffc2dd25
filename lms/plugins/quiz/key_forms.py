"""The form of a key for the API."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from lms.kernel.forms import Form, choices

DAYS = (
    ("30", _l("one month")),
    ("90", _l("three months")),
    ("180", _l("six months")),
    ("365", _l("one year")),
)


class KeyForm(Form):
    """Whom the key is for, what it reaches and for how long; the view fills in `scope`: `o12` or `w7`."""

    name = StringField(_l("Name of the key"), validators=[DataRequired(), Length(max=80)])
    scope = SelectField(_l("It reaches"))
    may_read = BooleanField(_l("Read results"), default=True)
    may_push = BooleanField(_l("Add questions to the bank"))
    days = SelectField(_l("It is valid for"), choices=choices(DAYS), default="90")
