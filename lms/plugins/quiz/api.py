"""What other plugins may import from quizzes."""

from __future__ import annotations

from lms.plugins.quiz.enums import QuizKind, QuizState
from lms.plugins.quiz.events import QuizSubmitted

__all__ = ["QuizKind", "QuizState", "QuizSubmitted"]
