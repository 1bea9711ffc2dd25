"""What other plugins may import from quizzes."""

from __future__ import annotations

from lms.plugins.quiz.content import Content, Option, Text
from lms.plugins.quiz.enums import QuizKind, QuizState, TextFormat
from lms.plugins.quiz.errors import UnreadableAnswer
from lms.plugins.quiz.events import QuizSubmitted
from lms.plugins.quiz.kinds import reading, wording
from lms.plugins.quiz.kinds.base import Given, Line, Order, Public, QuestionType, Value
from lms.plugins.quiz.kinds.registry import kind_of

__all__ = [
    "Content",
    "Given",
    "Line",
    "Option",
    "Order",
    "Public",
    "QuestionType",
    "QuizKind",
    "QuizState",
    "QuizSubmitted",
    "Text",
    "TextFormat",
    "UnreadableAnswer",
    "Value",
    "kind_of",
    "reading",
    "wording",
]
