"""Events of follow-up plans."""

from __future__ import annotations

from dataclasses import dataclass

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class PlanSubmitted(Event):
    """An organisation submitted its plan."""

    plan_id: int
    workshop_id: int
