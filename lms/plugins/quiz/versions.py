"""Versions of questions as answering pages may know them. They never change, so each process keeps what it has read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.memory import kept_for_good
from lms.plugins.quiz.bank_models import Question, QuestionVersion
from lms.plugins.quiz.kinds.base import QuestionType
from lms.plugins.quiz.kinds.registry import kind_of


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version without anything of what is right."""

    id: int
    question_id: int
    kind: str
    public: dict[str, Any]

    @property
    def type(self) -> QuestionType:
        return kind_of(self.kind)


def versions_of(ids: Collection[int]) -> dict[int, Version]:
    """`{version id: Version}`; one statement for those that this process has not read yet."""
    return kept_for_good("quiz.versions", ids, _read)


def _read(ids: Collection[int]) -> dict[int, Version]:
    query = (
        sa.select(QuestionVersion.id, QuestionVersion.question_id, Question.kind, QuestionVersion.public)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(ids))
    )
    return {
        number: Version(id=number, question_id=question, kind=kind, public=public)
        for number, question, kind, public in db.session.execute(query)
    }
