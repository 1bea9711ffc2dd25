"""Events of follow-up plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class PlanSubmitted(Event):
    """An organisation submitted its plan."""

    plan_id: int
    workshop_id: int


@dataclass(frozen=True, kw_only=True)
class PlanDue(Event):
    """The due date of an activity has passed and it is not done; told once for each due date."""

    row_id: int
    plan_id: int
    workshop_id: int
    due_on: date
