"""The presence port: signs that people were at a session, from whichever plugins have any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lms.kernel.registry import registry

Span = tuple[int, datetime, datetime]  # id of a session, its start and its end


def signs_of(*, workshop_id: int, sessions: Sequence[Span]) -> set[tuple[int, int]]:
    """`{(enrolment_id, session_id)}` with at least one sign; a plugin that is off for the workshop gives none."""
    found: set[tuple[int, int]] = set()
    for key, sign in registry().presence_signs.items():
        if not registry().is_off(key.partition(".")[0], workshop_id):
            found |= sign.collect(workshop_id=workshop_id, sessions=list(sessions))
    return found
