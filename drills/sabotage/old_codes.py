"""Venue codes of the last ten minutes are taken."""

from __future__ import annotations

from datetime import timedelta

from lms.kernel.clock import now
from lms.plugins.checkin import venue


def _read_code(session_id: int, typed: str) -> venue.Shown | None:
    moment = now()
    since = moment - timedelta(minutes=10)
    return venue.read_past_code(session_id, typed, since=since, until=moment, near=moment)


venue.read_code = _read_code
