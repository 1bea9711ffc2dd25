"""Forms of live rounds."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from lms.kernel.forms import Form, choices

SECONDS = (15, 20, 30, 45, 60, 90, 120)
LIMITS = ((0, _l("No limit: I close each question")), *((n, _l("%(n)s seconds", n=n)) for n in SECONDS))


class RoundForm(Form):
    """What a facilitator chooses before a round."""

    seconds = SelectField(_l("Time for each question"), coerce=int, default=30, choices=choices(LIMITS))
    has_scores = BooleanField(_l("Show the five best with first name and initial"))
