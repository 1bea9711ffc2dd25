"""Forms of facilitators: what one person is allowed, marks by hand, marking again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from lms.kernel.fields import FigureField, MomentField
from lms.kernel.forms import Form
from lms.plugins.quiz.allowances import MAX_MINUTES
from lms.plugins.quiz.marking import MAX_COMMENT


class AllowanceForm(Form):
    """More time, other hours or another attempt for one person."""

    extra_minutes = IntegerField(
        _l("Extra minutes"), [Optional(), NumberRange(0, MAX_MINUTES)], description=_l("On top of the time limit.")
    )
    opens_at = MomentField(_l("Opens for this person"), [Optional()])
    closes_at = MomentField(
        _l("Closes for this person"),
        [Optional()],
        description=_l("Also after the quiz has closed for the others."),
    )
    more_attempts = IntegerField(_l("More attempts"), [Optional(), NumberRange(0, 10)])
    reason = StringField(_l("Reason"), [Length(max=300)], description=_l("Only the committee sees it."))


class MarkForm(Form):
    """The mark of one answer."""

    earned = FigureField(_l("Points"), [InputRequired(), NumberRange(min=0)])
    comment = TextAreaField(_l("Comment for the participant"), [Optional(), Length(max=MAX_COMMENT)])
    revision = HiddenField()


class ReasonForm(Form):
    """Why something that changes results is done."""

    reason = StringField(_l("Reason"), [DataRequired(), Length(max=300)])
