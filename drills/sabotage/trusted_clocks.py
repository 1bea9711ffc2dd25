"""The times that devices tell are believed as they are."""

from __future__ import annotations

from datetime import datetime

from lms.plugins.checkin.readings import Clock


def _corrected(clock: Clock, told: datetime | None) -> datetime:
    return told or clock.server


Clock.corrected = _corrected  # type: ignore[assignment]
