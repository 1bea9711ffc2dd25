"""Forms of follow-up plans."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, FormField, HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import Length, Optional

from lms.kernel.forms import Form
from lms.plugins.followup.enums import RowState
from lms.plugins.followup.services import MAX_ROWS, RowInput

STATE_LABELS = {
    RowState.PLANNED: _l("Planned"),
    RowState.RUNNING: _l("Under way"),
    RowState.DONE: _l("Done"),
    RowState.STUCK: _l("Stuck"),
}


class RowForm(PlainForm):
    """One row; every field may wait."""

    problem = StringField(_l("Problem"), validators=[Optional(), Length(max=300)])
    activity = StringField(_l("Activity"), validators=[Optional(), Length(max=300)])
    indicator = StringField(_l("How we see that it worked"), validators=[Optional(), Length(max=300)])
    person = StringField(_l("Person in charge"), validators=[Optional(), Length(max=150)])
    due_on = DateField(_l("Due date"), validators=[Optional()])
    cost = StringField(_l("Cost and source"), validators=[Optional(), Length(max=150)])

    def row(self) -> RowInput:
        """The row as typed, without spaces around it."""
        return RowInput(
            problem=(self.problem.data or "").strip(),
            activity=(self.activity.data or "").strip(),
            indicator=(self.indicator.data or "").strip(),
            person=(self.person.data or "").strip(),
            due_on=self.due_on.data,
            cost=(self.cost.data or "").strip(),
        )


class PlanForm(Form):
    """The plan; three rows at first, ten at most. `version` is what the page showed."""

    version = HiddenField()
    rows = FieldList(FormField(RowForm), min_entries=3, max_entries=MAX_ROWS)


class ProgressForm(Form):
    """How far a row is, in one sentence."""

    state = RadioField(_l("State"), choices=[SelectChoice(state.value, label) for state, label in STATE_LABELS.items()])
    note = TextAreaField(_l("In one sentence"), validators=[Optional(), Length(max=500)])
