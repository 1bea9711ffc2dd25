"""The programme port: what a workshop teaches, from whichever plugin plans it."""

from __future__ import annotations

from lms.kernel.declarations import ProgrammeLine, SessionTime
from lms.kernel.registry import registry


def programme_of(workshop_id: int) -> tuple[ProgrammeLine, ...]:
    """Taught items in order; empty when no plugin plans workshops."""
    return tuple(line for source in registry().programme for line in source(workshop_id))


def sessions_of(workshop_id: int) -> tuple[SessionTime, ...]:
    """The sessions of the agenda by time; empty when no plugin plans workshops."""
    return tuple(session for source in registry().sessions for session in source(workshop_id))
