"""What other plugins may import of the schedule."""

from __future__ import annotations

from lms.plugins.schedule.enums import Pillar, SessionKind, SessionState
from lms.plugins.schedule.events import SessionClosed, SessionMoved, SessionOpened, SessionRemoved
from lms.plugins.schedule.loaders import session_from_url, session_of_workshop
from lms.plugins.schedule.models import Room, Session
from lms.plugins.schedule.plans import Plan
from lms.plugins.schedule.queries import (
    attendance_sessions,
    current_session,
    jp_of_speaker,
    rooms_of,
    session_by_code,
    session_by_id,
    session_to_join,
    sessions_of,
    sessions_of_speaker,
    speakers_of,
    total_jp,
)
from lms.plugins.schedule.services import assign, close_session, create_session, open_session

__all__ = [
    "Pillar",
    "Plan",
    "Room",
    "Session",
    "SessionClosed",
    "SessionKind",
    "SessionMoved",
    "SessionOpened",
    "SessionRemoved",
    "SessionState",
    "assign",
    "attendance_sessions",
    "close_session",
    "create_session",
    "current_session",
    "jp_of_speaker",
    "open_session",
    "rooms_of",
    "session_by_code",
    "session_by_id",
    "session_from_url",
    "session_of_workshop",
    "session_to_join",
    "sessions_of",
    "sessions_of_speaker",
    "speakers_of",
    "total_jp",
]
