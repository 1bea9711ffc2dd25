"""What a workshop teaches, as certificates print it."""

from __future__ import annotations

from lms.kernel.declarations import ProgrammeLine, SessionTime
from lms.plugins.schedule import queries


def lines_of(workshop_id: int) -> tuple[ProgrammeLine, ...]:
    """Taught sessions that carry JP, by time."""
    return tuple(
        ProgrammeLine(
            title=session.title,
            speaker=session.speaker_text,
            jp=session.jp,
            speaker_ids=frozenset(speaker.id for speaker in session.speakers),
        )
        for session in queries.sessions_of(workshop_id)
        if session.is_taught and session.jp > 0
    )


def sessions_of(workshop_id: int) -> tuple[SessionTime, ...]:
    """Every session by time."""
    return tuple(
        SessionTime(id=session.id, title=session.title, starts_at=session.starts_at, ends_at=session.ends_at)
        for session in queries.sessions_of(workshop_id)
    )
