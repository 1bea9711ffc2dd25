"""What people chose in questions with options: the raw material of distractor counts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.kernel.db import db
from lms.plugins.quiz import grading
from lms.plugins.quiz.content import Content
from lms.plugins.quiz.enums import FINISHED
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.matrix import Matrix
from lms.plugins.quiz.models import Answer, Attempt


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What was chosen in the version that most people are marked by; positions in the order of its key."""

    version_id: int
    right: tuple[bool, ...]
    by_attempt: dict[int, tuple[int, ...]]


def chosen_of(quiz_id: int, matrix: Matrix) -> dict[int, Chosen]:
    """Of questions with options; two statements."""
    versions = {
        column.question_id: Counter(
            sheet.keys[column.question_id] for sheet in matrix.sheets if column.question_id in sheet.keys
        ).most_common(1)
        for column in matrix.columns
    }
    main = {question: found[0][0] for question, found in versions.items() if found}
    contents = grading.contents_of(set(main.values()))
    found = {
        question: Chosen(version_id=version, right=_right(contents[version]), by_attempt={})
        for question, version in main.items()
        if contents[version].options
    }
    read: dict[tuple[int, str], tuple[int, ...]] = {}
    for attempt, question, text in _values(quiz_id, found):
        key = (question, text)
        if key not in read:
            content = contents[main[question]]
            read[key] = tuple(kind_of(content.kind).chosen(content, json.loads(text)))
        found[question].by_attempt[attempt] = read[key]
    return found


def _right(content: Content) -> tuple[bool, ...]:
    return tuple(option.fraction > 0 for option in content.options)


def _values(quiz_id: int, questions: dict[int, Chosen]) -> Any:
    """The answers as text: the same few again and again, so that each is read once only."""
    query = (
        sa.select(Answer.attempt_id, Answer.question_id, sa.cast(Answer.value, sa.Text))
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.number == 1, Attempt.state.in_(FINISHED))
        .where(Answer.question_id.in_(questions), Answer.value.is_not(None))
    )
    return db.session.execute(query)
