"""Events of quizzes."""

from __future__ import annotations

from dataclasses import dataclass

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class QuizSubmitted(Event):
    """An attempt is over and graded, handed in by the person or closed for them."""

    quiz_id: int
    workshop_id: int
    enrolment_id: int
    is_auto_closed: bool
