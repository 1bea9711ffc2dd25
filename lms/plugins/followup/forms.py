"""Forms of follow-up plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, FormField, HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import Length, Optional

from lms.kernel.forms import Form
from lms.plugins.followup.enums import RowState
from lms.plugins.followup.services import FIELDS, MAX_ROWS, RowInput

STATE_LABELS = {
    RowState.PLANNED: _l("Planned"),
    RowState.RUNNING: _l("Under way"),
    RowState.DONE: _l("Done"),
    RowState.STUCK: _l("Stuck"),
}


def as_number(typed: str | None) -> int | None:
    """A hidden number; None for anything else that was sent in its place."""
    text = typed or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _may_wait() -> Any:
    """May be empty in a draft; not labelled as optional, since a submitted plan needs it."""
    rule = Optional()
    rule.field_flags = {}
    return rule


class RowForm(Form):
    """One row; every field may wait while the plan is a draft. `id` is that of the row which was shown."""

    class Meta(Form.Meta):
        csrf = False  # the plan's own form carries the token

    id = HiddenField()

    problem = StringField(_l("Problem"), validators=[Optional(), Length(max=300)])
    activity = StringField(_l("Activity"), validators=[_may_wait(), Length(max=300)])
    indicator = StringField(_l("How we see that it worked"), validators=[_may_wait(), Length(max=300)])
    target = StringField(_l("For whom or how many"), validators=[Optional(), Length(max=300)])
    person = StringField(_l("Person in charge"), validators=[_may_wait(), Length(max=150)])
    due_on = DateField(_l("Due date"), validators=[_may_wait()])
    cost = StringField(_l("Cost and source"), validators=[Optional(), Length(max=150)])

    def row(self) -> RowInput:
        """The row as typed."""
        texts = {name: self[name].data or "" for name in FIELDS if name != "due_on"}
        return RowInput(id=as_number(self.id.data), due_on=self.due_on.data, **texts)


class PlanForm(Form):
    """The plan; three rows at first, ten at most. `version` is what the page showed."""

    version = HiddenField()
    rows = FieldList(FormField(RowForm), min_entries=3, max_entries=MAX_ROWS)

    def mark(self, problems: Mapping[int, Mapping[str, str]]) -> None:
        """Put on each row what it lacks."""
        for place, lacking in problems.items():
            for name, text in lacking.items():
                self.rows[place].form[name].errors = [text]


class ProgressForm(Form):
    """How far a row is, in one sentence."""

    state = RadioField(_l("State"), choices=[SelectChoice(state.value, label) for state, label in STATE_LABELS.items()])
    note = TextAreaField(_l("In one sentence"), validators=[Optional(), Length(max=500)])
