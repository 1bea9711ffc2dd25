"""States of a plan and of its rows; the values are stored."""

from __future__ import annotations

import enum


class PlanStatus(enum.StrEnum):
    """A draft is only the organisation's; a submitted plan is followed up."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class RowState(enum.StrEnum):
    """How far one activity is."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    STUCK = "stuck"
