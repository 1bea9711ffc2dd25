"""The types of questions of this installation: the built-in ones and those of plugins."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation
from lms.kernel.registry import registry
from lms.plugins.quiz.kinds.base import QuestionType


def kinds() -> dict[str, QuestionType]:
    """`{key: type}` in the order in which the bank offers them."""
    return dict(registry().question_types)


def kind_of(key: str) -> QuestionType:
    """The type with this key. Raises RuleViolation where the plugin that brought it is not installed any more."""
    try:
        found: QuestionType = registry().question_types[key]
    except KeyError:
        raise RuleViolation(f"question type {key!r} is not installed") from None
    return found
