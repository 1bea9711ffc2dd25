"""What other plugins may import from check-in."""

from __future__ import annotations

from lms.plugins.checkin.events import CheckinRecorded
from lms.plugins.checkin.queries import attendance_of

__all__ = ["CheckinRecorded", "attendance_of"]
