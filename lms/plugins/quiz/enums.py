"""Kinds and states of questions, quizzes and attempts."""

from __future__ import annotations

import enum


class QuestionKind(enum.StrEnum):
    """One right option, a rating of 1 to 4, or free text; only SINGLE has a key."""

    SINGLE = "single"
    LIKERT = "likert"
    TEXT = "text"


class Pillar(enum.StrEnum):
    """The three subjects of the programme; a question that cuts across has none."""

    MANAGEMENT = "manajemen"
    LEADERSHIP = "kepemimpinan"
    CONTROL = "kontrol"
    NONE = ""


class QuizKind(enum.StrEnum):
    """What a quiz is for; EVALUATION is anonymous and has no score."""

    PRE = "pre"
    POST = "post"
    SESSION = "session"
    EVALUATION = "evaluation"
    PRACTICE = "practice"


class QuizState(enum.StrEnum):
    """Being prepared, taking answers, over."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class AttemptState(enum.StrEnum):
    """Still being answered, handed in by the person, or closed by the clock or the committee."""

    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    AUTO_CLOSED = "auto_closed"


FINISHED = (AttemptState.SUBMITTED, AttemptState.AUTO_CLOSED)
