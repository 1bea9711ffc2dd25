"""What a quiz refuses."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class QuizNotOpen(RuleViolation):
    """The quiz, or this person's attempt, takes no answers any more (or not yet)."""

    status = 409


class UnreadableAnswer(RuleViolation):
    """The question number, the option or the counter is not one of this attempt."""


class QuizCannotChange(RuleViolation):
    """The step is not possible in the state that the quiz is in."""

    status = 409


class QuestionChanged(RuleViolation):
    """Somebody else saved a version of the question while this one was being written."""

    status = 409


class CategoryRefused(RuleViolation):
    """The tree of categories cannot be changed in this way."""
