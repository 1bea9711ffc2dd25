"""The form of a rating."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.sdk import Form

STARS = {5: _l("Very good"), 4: _l("Good"), 3: _l("Fair"), 2: _l("Poor"), 1: _l("Very poor")}


class RatingForm(Form):
    """One choice and one remark."""

    stars = RadioField(
        _l("How was the workshop?"),
        coerce=int,
        choices=[SelectChoice(value=value, label=label) for value, label in STARS.items()],
        validators=[InputRequired()],
    )
    remark = TextAreaField(_l("What should we do better?"), validators=[Optional(), Length(max=500)])
