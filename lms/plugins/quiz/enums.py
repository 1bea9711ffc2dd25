"""Kinds and states of questions, quizzes and attempts."""

from __future__ import annotations

import enum


class QuestionKind(enum.StrEnum):
    """The built-in types of questions, by the names that imports count them under; plugins may add their own."""

    SINGLE = "choice"
    MULTIPLE = "multichoice"
    TRUE_FALSE = "truefalse"
    SHORT = "shortanswer"
    NUMERIC = "numerical"
    MATCHING = "matching"
    ORDERING = "ordering"
    CLOZE = "cloze"
    ESSAY = "essay"
    DESCRIPTION = "description"  # a text to read, nothing to answer
    LIKERT = "likert"  # a rating, in evaluations


class TextFormat(enum.StrEnum):
    """How a text was written; only HTML and MARKDOWN are ever shown as markup, and both are sanitised."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


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


class Form(enum.StrEnum):
    """One of two equal halves of a test; BOTH is a question that everybody gets."""

    BOTH = ""
    A = "A"
    B = "B"


class SessionPoint(enum.StrEnum):
    """The moment of a session at which a quiz opens."""

    NONE = ""
    START = "start"
    END = "end"


class Phase(enum.StrEnum):
    """When a person looks at their answers again."""

    DURING = "during"  # the attempt is running
    AFTER = "after"  # within two minutes of handing in
    OPEN = "open"  # later, while the quiz still takes answers
    CLOSED = "closed"


class Reveal(enum.StrEnum):
    """What a review may show."""

    SCORE = "score"
    CORRECTNESS = "correctness"
    KEY = "key"
    FEEDBACK = "feedback"


class LiveState(enum.StrEnum):
    """Of a live round: people gather, a question takes answers, its answers are shown, the round is over."""

    LOBBY = "lobby"
    QUESTION = "question"
    SHOWN = "shown"
    ENDED = "ended"
