"""What other plugins may import from follow-up plans."""

from __future__ import annotations

from lms.plugins.followup.events import PlanDue, PlanSubmitted

__all__ = ["PlanDue", "PlanSubmitted"]
